use start_runtime::prelude::*;

#[api_route("/api/students")]
async fn DELTE() -> &'static str {
    "hello"
}

fn main() {}
