use start_runtime::prelude::*;

#[api_route("/api/year-$year")]
async fn GET(year: u16) {
    let _ = year;
}

fn main() {}
