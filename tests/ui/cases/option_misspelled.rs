use start_runtime::prelude::*;

#[api_route("/api/students", statsu = 201)]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
