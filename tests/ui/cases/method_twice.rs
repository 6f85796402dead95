use start_runtime::prelude::*;

#[api_route(GET, GET, "/api/students")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
