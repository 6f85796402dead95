use start_runtime::prelude::*;

struct Post;

#[api_route("/api/posts")]
async fn POST(_data: &Post) -> StatusCode {
    StatusCode::OK
}

fn main() {}
