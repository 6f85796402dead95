use start_runtime::prelude::*;

#[api_route("/api/posts", status = 201)]
mod posts {
    pub async fn POST() -> &'static str {
        "hello"
    }
}

fn main() {}
