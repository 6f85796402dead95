use start_runtime::prelude::*;

#[api_route(paths::USERS)]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
