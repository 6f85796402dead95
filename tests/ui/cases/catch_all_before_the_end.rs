use start_runtime::prelude::*;

#[api_route("/files/[...rest]/edit")]
async fn GET(rest: String) {
    let _ = rest;
}

fn main() {}
