use start_runtime::prelude::*;

#[api_route("/api/[house]")]
async fn GET(house: impl ToString) {
    let _ = house;
}

fn main() {}
