use start_runtime::prelude::*;

#[api_route("/api/[house]")]
async fn GET(_: String) -> &'static str {
    "hello"
}

fn main() {}
