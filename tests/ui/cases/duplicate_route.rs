use start_runtime::prelude::*;

#[api_route(GET, "/api/[house]")]
async fn by_house(house: String) -> String {
    house
}

#[api_route(GET, "/api/$name")]
async fn by_name(name: String) -> String {
    name
}

fn main() {}
