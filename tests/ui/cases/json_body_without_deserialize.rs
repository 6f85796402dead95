use start_runtime::prelude::*;

struct Post;

#[api_route("/api/posts")]
async fn POST(Json(post): Json<Post>) {
    let _ = post;
}

fn main() {}
