use start_runtime::prelude::*;

#[api_route(path = "/api/students")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
