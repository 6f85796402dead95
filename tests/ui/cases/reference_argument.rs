use start_runtime::prelude::*;

#[api_route("/api/[house]")]
async fn GET(house: &str) {
    let _ = house;
}

fn main() {}
