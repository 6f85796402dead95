use start_runtime::prelude::*;

#[api_route("/api/students", tag("students"))]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
