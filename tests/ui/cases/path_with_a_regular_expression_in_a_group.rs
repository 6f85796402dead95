use start_runtime::prelude::*;

#[api_route("/users/(\\d+)")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
