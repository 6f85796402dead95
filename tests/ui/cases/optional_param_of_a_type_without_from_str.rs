use start_runtime::prelude::*;

struct House;

#[api_route("/api/[[house]]")]
async fn GET(house: Option<House>) {
    let _ = house;
}

fn main() {}
