//! The smallest program: one route. The next one is another function with the attribute, here or in any module.

use start_runtime::prelude::*;

/// A greeting.
#[api_route("/api/hello/[name]")]
async fn GET(name: String) -> String {
    format!("Hello {name}")
}

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
