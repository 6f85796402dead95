use start_runtime::prelude::*;

#[api_route("/api/posts/$id.json")]
async fn GET(id: u32) {
    let _ = id;
}

fn main() {}
