use start_runtime::prelude::*;

#[api_route("/files/storage-{$}.png")]
async fn GET(splat: String) -> String {
    splat
}

fn main() {}
