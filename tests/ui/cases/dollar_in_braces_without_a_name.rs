use start_runtime::prelude::*;

#[api_route("/api/files/{$}")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
