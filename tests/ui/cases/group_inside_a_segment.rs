use start_runtime::prelude::*;

#[api_route("/api/v(admin)/users")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
