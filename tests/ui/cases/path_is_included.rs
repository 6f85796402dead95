use start_runtime::prelude::*;

#[api_route(include_str!("path.txt"))]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
