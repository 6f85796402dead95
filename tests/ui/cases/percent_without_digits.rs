use start_runtime::prelude::*;

#[api_route("/api/100%")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
