use start_runtime::prelude::*;

#[api_route("/api/posts")]
async fn GET() -> (u16, String) {
    (404, "no".to_owned())
}

fn main() {}
