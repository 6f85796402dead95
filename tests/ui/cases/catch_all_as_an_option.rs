use start_runtime::prelude::*;

#[api_route("/files/[[...rest]]")]
async fn GET(rest: Option<String>) {
    let _ = rest;
}

fn main() {}
