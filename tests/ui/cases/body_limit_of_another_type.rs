use start_runtime::prelude::*;

const LIMIT: u64 = 64 * 1024 * 1024;

#[api_route("/api/uploads", body_limit = LIMIT)]
async fn POST() -> &'static str {
    ""
}

fn main() {}
