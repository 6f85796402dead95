use start_runtime::prelude::*;

#[api_route(GET, "/files/[...rest]/edit")]
async fn some(rest: String) -> String {
    rest
}

#[api_route(POST, "/files/[[...path]]/edit")]
async fn all(path: String) -> String {
    path
}

fn main() {}
