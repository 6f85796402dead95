use start_runtime::prelude::*;

#[api_route("/api/(admin/users")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
