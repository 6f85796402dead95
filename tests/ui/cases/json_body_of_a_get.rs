use start_runtime::prelude::*;

#[derive(serde::Deserialize)]
struct Post;

#[api_route("/api/posts")]
async fn GET(Json(_post): Json<Post>) -> StatusCode {
    StatusCode::OK
}

fn main() {}
