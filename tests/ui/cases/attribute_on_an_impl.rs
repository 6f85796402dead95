use start_runtime::prelude::*;

struct Students;

#[api_route("/api/students")]
impl Students {
    async fn GET() -> &'static str {
        "hello"
    }
}

fn main() {}
