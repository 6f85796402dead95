use start_runtime::prelude::*;

#[api_route(GET, POST, "/graphql")]
async fn graphql() -> &'static str {
    "hello"
}

#[api_route("/graphql")]
async fn POST() -> &'static str {
    "hello"
}

fn main() {}
