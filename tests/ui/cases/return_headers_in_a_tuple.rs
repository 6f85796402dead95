use start_runtime::prelude::*;

#[api_route("/api/posts")]
async fn GET() -> (StatusCode, [(&'static str, &'static str); 1], String) {
    (StatusCode::OK, [("X-A", "b")], String::new())
}

fn main() {}
