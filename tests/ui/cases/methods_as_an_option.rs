use start_runtime::prelude::*;

#[api_route("/api/students", methods = [GET, POST])]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
