use start_runtime::actix_web::web::Path;
use start_runtime::prelude::*;

#[api_route("/api/posts/[id]")]
async fn GET(id: Path<u32>) {
    let _ = id;
}

fn main() {}
