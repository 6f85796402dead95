use start_runtime::prelude::*;

#[api_route(format!("/api/{}", "x"))]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
