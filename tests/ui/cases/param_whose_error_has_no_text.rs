use start_runtime::prelude::*;

struct House;

struct NoHouse;

impl std::str::FromStr for House {
    type Err = NoHouse;
    fn from_str(_: &str) -> Result<Self, NoHouse> {
        Err(NoHouse)
    }
}

#[api_route("/api/[house]")]
async fn GET(house: House) {
    let _ = house;
}

fn main() {}
