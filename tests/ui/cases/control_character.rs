use start_runtime::prelude::*;

#[api_route("/api/a\tb")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
