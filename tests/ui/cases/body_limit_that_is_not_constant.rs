use start_runtime::prelude::*;

fn limit() -> usize {
    64 * 1024 * 1024
}

#[api_route("/api/uploads", body_limit = limit())]
async fn POST() -> &'static str {
    ""
}

fn main() {}
