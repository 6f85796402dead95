use start_runtime::prelude::*;

#[api_route("/api/students", hiden)]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
