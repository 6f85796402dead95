use start_runtime::prelude::*;

#[api_route("/api/pre{-$id}")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
