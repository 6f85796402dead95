use start_runtime::prelude::*;

#[api_route("/files/*")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
