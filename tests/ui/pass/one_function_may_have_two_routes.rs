use start_runtime::prelude::*;

#[api_route("/api/students")]
#[api_route("/api/pupils")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
