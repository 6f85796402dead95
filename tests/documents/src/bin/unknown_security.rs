//! A route that names a security scheme that is not declared.

use start_runtime::prelude::*;

#[api_route("/vault", security = "tokne")]
async fn GET() -> &'static str {
    "gold"
}

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
