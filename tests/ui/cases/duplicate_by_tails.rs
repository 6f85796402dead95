use start_runtime::prelude::*;

#[api_route(GET, "/files/[...rest].png")]
async fn one(rest: String) -> String {
    rest
}

#[api_route(GET, "/files/{$}.png")]
async fn two(splat: String) -> String {
    splat
}

fn main() {}
