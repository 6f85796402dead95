use start_runtime::prelude::*;

#[api_route("/api/students#harry")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
