use start_runtime::prelude::*;

#[api_route("/api/students", status = StatusCode::CREATED)]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
