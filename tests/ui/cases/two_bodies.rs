use start_runtime::actix_web::web::Bytes;
use start_runtime::prelude::*;

#[derive(serde::Deserialize)]
struct Post;

#[api_route("/api/posts")]
async fn POST(_a: Json<Post>, _b: Option<Form<Post>>, _c: Bytes) -> StatusCode {
    StatusCode::OK
}

fn main() {}
