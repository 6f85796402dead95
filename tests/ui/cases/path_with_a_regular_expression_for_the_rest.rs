use start_runtime::prelude::*;

#[api_route("/files/{tail:.*}")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
