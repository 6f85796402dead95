use start_runtime::prelude::*;

#[api_route("/api/students", deprecated = "use pupils")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
