use start_runtime::prelude::*;

#[derive(serde::Deserialize)]
struct Post;

#[api_route("/api/posts")]
async fn POST(_post: Post) -> StatusCode {
    StatusCode::OK
}

fn main() {}
