use start_runtime::prelude::*;

#[api_route("/api/students")]
async fn GET<T>() -> &'static str {
    "hello"
}

fn main() {}
