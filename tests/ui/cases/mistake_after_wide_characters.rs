use start_runtime::prelude::*;

#[api_route("/größe/[house")]
async fn GET(house: String) {
    let _ = house;
}

fn main() {}
