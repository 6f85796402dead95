use start_runtime::prelude::*;

#[page_route(POST, "/login")]
async fn login() -> &'static str {
    "hello"
}

fn main() {}
