use start_runtime::prelude::*;

#[api_route("/login")]
async fn POST() -> &'static str {
    "hello"
}

#[api_route("/login")]
async fn GET() {}

#[page_route("/login")]
async fn login() -> &'static str {
    "hello"
}

fn main() {}
