use start_runtime::prelude::*;

#[api_route("/api/students", cors = "*")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
