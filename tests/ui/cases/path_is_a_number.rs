use start_runtime::prelude::*;

#[api_route(42)]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
