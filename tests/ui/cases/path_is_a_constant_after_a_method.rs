use start_runtime::prelude::*;

#[api_route(GET, USERS)]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
