use start_runtime::prelude::*;

#[api_route("/api/%FF%FE")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
