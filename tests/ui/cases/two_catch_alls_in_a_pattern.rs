use start_runtime::prelude::*;

#[api_route("/files/[...rest]/in/[[...more]]/edit")]
async fn GET(rest: String) -> String {
    rest
}

fn main() {}
