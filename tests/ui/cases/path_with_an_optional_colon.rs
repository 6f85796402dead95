use start_runtime::prelude::*;

#[api_route("/api/[house]/:id?/posts")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
