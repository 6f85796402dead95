use start_runtime::prelude::*;

#[api_route("/api/posts")]
async fn GET() -> impl IntoResponse {
    "hello"
}

fn main() {}
