use start_runtime::prelude::*;

#[api_route("/api/price$")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
