use start_runtime::prelude::*;

#[api_route(PATH)]
async fn GET() -> &'static str {
    "hello"
}

const PATH: &str = "/api/students";

fn main() {}
