use start_runtime::prelude::*;

#[api_route(PSOT, "/api/students")]
async fn students() -> &'static str {
    "hello"
}

fn main() {}
