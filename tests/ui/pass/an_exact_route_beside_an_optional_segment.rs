use start_runtime::prelude::*;

#[api_route(GET, "/about/[[page]]")]
async fn about(page: Option<String>) -> Option<String> {
    page
}

#[api_route("/about")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
