use start_runtime::prelude::*;

struct House;

#[api_route("/api/[house]")]
async fn GET(house: House) {
    let _ = house;
}

fn main() {}
