use start_runtime::prelude::*;

#[api_route("/api/students", status = 304)]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
