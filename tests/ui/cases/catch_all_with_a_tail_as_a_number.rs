use start_runtime::prelude::*;

#[api_route("/files/[...path].md")]
async fn GET(path: u32) {
    let _ = path;
}

fn main() {}
