use start_runtime::prelude::*;

#[api_route(POST, "/api/students")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
