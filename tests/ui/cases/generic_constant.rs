use start_runtime::prelude::*;

#[api_route("/api/students")]
async fn GET<const N: usize>() -> &'static str {
    "hello"
}

fn main() {}
