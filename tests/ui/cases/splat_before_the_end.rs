use start_runtime::prelude::*;

#[api_route("/files/$/edit")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
