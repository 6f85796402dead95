use chrono::Utc;
use schemars::JsonSchema;
use serde::Serialize;
use start_runtime::prelude::*;

/// A sign of life.
#[derive(Serialize, JsonSchema)]
struct Health {
    status: &'static str,
    /// Milliseconds since 1970.
    timestamp: i64,
}

/// Whether the server is healthy.
#[api_route(tag = "server")]
async fn GET() -> Health {
    Health { status: "ok", timestamp: Utc::now().timestamp_millis() }
}
