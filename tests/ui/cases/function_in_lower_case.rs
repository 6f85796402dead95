use start_runtime::prelude::*;

#[api_route("/api/students")]
async fn get() -> &'static str {
    "hello"
}

fn main() {}
