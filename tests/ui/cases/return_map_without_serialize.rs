use start_runtime::prelude::*;

struct Post;

#[api_route("/api/posts")]
async fn GET() -> Json<std::collections::HashMap<String, Vec<Post>>> {
    Json(Default::default())
}

fn main() {}
