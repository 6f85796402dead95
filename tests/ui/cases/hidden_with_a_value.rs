use start_runtime::prelude::*;

#[api_route("/api/students", hidden = true)]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
