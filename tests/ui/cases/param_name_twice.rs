use start_runtime::prelude::*;

#[api_route("/api/[id]/posts/[id]")]
async fn GET(id: u32) {
    let _ = id;
}

fn main() {}
