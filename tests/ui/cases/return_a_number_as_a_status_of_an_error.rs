use start_runtime::prelude::*;

#[derive(serde::Serialize)]
struct Post;

#[api_route("/api/posts")]
async fn GET() -> Result<(Post, u16), (u16, &'static str)> {
    Err((404, "no"))
}

fn main() {}
