use start_runtime::prelude::*;

#[api_route("")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
