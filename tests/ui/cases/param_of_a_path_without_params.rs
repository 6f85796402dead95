use start_runtime::prelude::*;

#[api_route("/api/students")]
async fn GET(limit: Option<u32>) {
    let _ = limit;
}

fn main() {}
