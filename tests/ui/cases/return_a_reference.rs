use start_runtime::prelude::*;

#[derive(serde::Serialize)]
struct Post;

#[api_route("/api/posts")]
async fn GET(posts: Data<Vec<Post>>) -> &Post {
    &posts[0]
}

fn main() {}
