use start_runtime::prelude::*;

#[api_route("/api/students", zebra)]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
