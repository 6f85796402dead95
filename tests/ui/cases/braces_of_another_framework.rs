use start_runtime::prelude::*;

#[api_route("/api/posts/{id:[0-9]+}")]
async fn GET(id: u32) {
    let _ = id;
}

fn main() {}
