use start_runtime::prelude::*;

#[api_route(GET, "/api/posts")]
mod posts {
    pub async fn GET() -> &'static str {
        "hello"
    }
}

fn main() {}
