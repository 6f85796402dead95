use start_runtime::prelude::*;

#[api_route("/api/students", "/api/pupils")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
