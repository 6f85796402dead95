use start_runtime::prelude::*;

#[api_route("/files/$.png")]
async fn GET(splat: String) -> String {
    splat
}

fn main() {}
