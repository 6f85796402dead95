use start_runtime::prelude::*;

#[derive(serde::Deserialize)]
struct Post;

#[api_route("/api/posts")]
async fn POST(_a: Json<Post>, _b: Json<Post>) -> StatusCode {
    StatusCode::OK
}

fn main() {}
