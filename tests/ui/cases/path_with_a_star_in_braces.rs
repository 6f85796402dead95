use start_runtime::prelude::*;

#[api_route("/files/{*path}")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
