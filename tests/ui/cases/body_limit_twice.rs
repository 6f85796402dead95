use start_runtime::prelude::*;

#[api_route("/api/uploads", body_limit = 1000, body_limit = 2000)]
async fn POST() -> &'static str {
    ""
}

fn main() {}
