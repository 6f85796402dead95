//! The smallest route, for measurements of connections: a request of 33 bytes and a short text.

use start_runtime::prelude::*;

/// The path that is requested.
pub const HEALTH: &str = "/health";

/// What is answered.
pub const ANSWER: &str = "healthy";

/// A short text.
#[api_route("/health")]
async fn GET() -> &'static str {
    ANSWER
}

/// The same route for actix-web's router.
pub async fn health() -> &'static str {
    ANSWER
}
