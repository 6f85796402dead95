use start_runtime::prelude::*;

#[api_route("/api/posts/[id]")]
async fn GET(id: Option<u32>) {
    let _ = id;
}

fn main() {}
