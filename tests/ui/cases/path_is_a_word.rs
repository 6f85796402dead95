use start_runtime::prelude::*;

#[api_route(path)]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
