use start_runtime::prelude::*;

struct Page;

#[api_route("/api/posts")]
async fn GET(page: start_runtime::Query<Page>) {
    let _ = page;
}

fn main() {}
