use start_runtime::prelude::*;

#[api_route("/api/[house")]
mod students {
    pub async fn GET(house: String) -> String {
        house
    }
    pub async fn DELETE(house: String) -> String {
        house
    }
}

fn main() {}
