use start_runtime::prelude::*;

#[api_route("/api/students")]
async fn GET<'a>() -> &'static str {
    "hello"
}

fn main() {}
