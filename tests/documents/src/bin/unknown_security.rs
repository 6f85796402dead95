//! A route that asks for a security scheme that nobody declares.

use start_runtime::prelude::*;

#[api_route("/vault", security = "tokne")]
async fn GET() -> &'static str {
    "gold"
}

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
