use start_runtime::prelude::*;

struct Students;

impl Students {
    #[api_route("/api/students")]
    async fn GET(&self) -> &'static str {
        "hello"
    }
}

fn main() {}
