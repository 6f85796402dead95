use start_runtime::prelude::*;

#[api_route("/api/students", tag)]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
