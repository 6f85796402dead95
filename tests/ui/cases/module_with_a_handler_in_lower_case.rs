use start_runtime::prelude::*;

#[api_route("/api/posts")]
mod posts {
    pub async fn get() -> &'static str {
        "hello"
    }
}

fn main() {}
