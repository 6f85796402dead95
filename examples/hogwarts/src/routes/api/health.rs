use std::time::SystemTime;

use serde::Serialize;
use start_runtime::prelude::*;
use start_runtime::schemars::{self, JsonSchema};

/// A sign of life.
#[derive(Serialize, JsonSchema)]
struct Health {
    status: &'static str,
    /// Milliseconds since 1970.
    timestamp: u128,
}

/// Whether the server is healthy.
#[api_route]
async fn GET() -> Health {
    let timestamp = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    Health { status: "ok", timestamp }
}
