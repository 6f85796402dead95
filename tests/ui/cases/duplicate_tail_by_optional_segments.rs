use start_runtime::prelude::*;

#[api_route(GET, "/files/[...rest]/[[version]]")]
async fn one(rest: String) -> String {
    rest
}

#[api_route(GET, "/files/[...path]/$id/{-$more}")]
async fn two(path: String) -> String {
    path
}

fn main() {}
