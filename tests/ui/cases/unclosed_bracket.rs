use start_runtime::prelude::*;

#[api_route("/api/[house/students")]
async fn GET(house: String) {
    let _ = house;
}

fn main() {}
