use start_runtime::prelude::*;

#[api_route("/api/[]")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
