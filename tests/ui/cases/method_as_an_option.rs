use start_runtime::prelude::*;

#[api_route("/api/students", method = "POST")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
