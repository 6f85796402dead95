use start_runtime::prelude::*;

#[api_route("/api/a\nb")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
