//! A program without mistakes, whose `main` has a body that must not run for `routes` and `match`.

use behaviour as _;
use start_runtime::prelude::*;

/// A route with an optional segment.
#[api_route("/api/[[lang]]/about")]
async fn GET(lang: Option<String>) -> String {
    lang.unwrap_or_else(|| "en".to_owned())
}

/// Slow on purpose.
#[api_route(GET, "/api/slow")]
async fn slow() -> &'static str {
    start_runtime::actix_web::rt::time::sleep(std::time::Duration::from_millis(600)).await;
    "done"
}

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    println!("the body of main runs");
    Start::new().workers(1).serve().await
}
