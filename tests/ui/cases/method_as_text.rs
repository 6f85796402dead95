use start_runtime::prelude::*;

#[api_route("POST", "/api/students")]
async fn students() -> &'static str {
    "hello"
}

fn main() {}
