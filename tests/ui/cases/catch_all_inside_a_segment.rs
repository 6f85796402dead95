use start_runtime::prelude::*;

#[api_route("/files/v-[...rest]")]
async fn GET(rest: String) {
    let _ = rest;
}

fn main() {}
