use start_runtime::prelude::*;

#[api_route("/api/[house]")]
async fn GET(house: String) -> String {
    hose
}

fn main() {}
