use start_runtime::prelude::*;

#[api_route("/api/students", status = 204)]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
