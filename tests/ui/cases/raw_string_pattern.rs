use start_runtime::prelude::*;

#[api_route(r"/api/[house")]
async fn GET(house: String) {
    let _ = house;
}

fn main() {}
