use start_runtime::prelude::*;

#[api_route("/api/[house]/[year]")]
async fn GET((_house, _year): (String, u16)) -> StatusCode {
    StatusCode::OK
}

fn main() {}
