use start_runtime::prelude::*;

struct House;

#[api_route("/files/[...rest]")]
async fn GET(rest: Vec<House>) {
    let _ = rest;
}

fn main() {}
