use start_runtime::prelude::*;

#[api_route("/files/[...path].[...more]")]
async fn GET(path: String) -> String {
    path
}

fn main() {}
