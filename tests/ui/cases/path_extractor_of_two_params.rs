use start_runtime::prelude::*;

#[api_route("/api/[house]/[year]")]
async fn GET(Path((house, year)): Path<(String, u16)>) -> String {
    format!("{house} {year}")
}

fn main() {}
