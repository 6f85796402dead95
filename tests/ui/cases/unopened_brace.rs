use start_runtime::prelude::*;

#[api_route("/api/house}/students")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
