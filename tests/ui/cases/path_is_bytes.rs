use start_runtime::prelude::*;

#[api_route(b"/api/students")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
