use start_runtime::prelude::*;

#[derive(serde::Deserialize)]
struct Post {
    title: &'static str,
}

#[api_route("/api/posts")]
async fn POST(Json(post): Json<Post>) -> String {
    post.title.to_owned()
}

fn main() {}
