use start_runtime::prelude::*;

#[api_route("/api/[house]/year-[year]")]
async fn GET(limit: u32) {
    let _ = limit;
}

fn main() {}
