use start_runtime::prelude::*;

#[api_route(concat!("/api", "/students"))]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
