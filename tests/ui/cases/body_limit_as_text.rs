use start_runtime::prelude::*;

#[api_route("/api/uploads", body_limit = "64 MB")]
async fn POST() -> &'static str {
    ""
}

fn main() {}
