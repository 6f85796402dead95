//! A program that takes bodies under names that no macro knows.

use start_runtime::prelude::*;

type Body = Json<u32>;
type Login = Form<Vec<String>>;

#[api_route("/api/twice")]
async fn POST(first: Body, second: Login) -> u32 {
    first.0 + u32::try_from(second.0.len()).unwrap_or_default()
}

#[api_route("/api/reads")]
async fn GET(body: Body) -> u32 {
    body.0
}

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
