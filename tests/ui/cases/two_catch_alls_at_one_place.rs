use start_runtime::prelude::*;

#[api_route(GET, "/files/[...rest]")]
async fn some(rest: String) -> String {
    rest
}

#[api_route(POST, "/files/[[...rest]]")]
async fn all(rest: String) -> String {
    rest
}

fn main() {}
