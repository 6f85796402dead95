use start_runtime::prelude::*;

#[api_route("/api/posts/[post-id]")]
async fn GET(post_id: u32) {
    let _ = post_id;
}

fn main() {}
