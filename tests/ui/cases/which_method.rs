use start_runtime::prelude::*;

#[api_route("/api/students")]
async fn students() -> &'static str {
    "hello"
}

fn main() {}
