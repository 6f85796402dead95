//! A program that keeps its types in the file that `TYPES_FILE` names.

use start_runtime::prelude::*;

/// A greeting.
#[derive(serde::Serialize, JsonSchema)]
struct Greeting {
    text: String,
}

#[api_route("/greeting")]
async fn GET() -> Greeting {
    Greeting { text: "hello".into() }
}

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    let file = std::env::var("TYPES_FILE").unwrap_or_default();
    Start::new().write_types(file).serve().await
}
