use start_runtime::prelude::*;

#[api_route("/files/[...rest]")]
async fn GET(rest: u32) {
    let _ = rest;
}

fn main() {}
