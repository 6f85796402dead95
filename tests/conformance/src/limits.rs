//! Rate limits: `clients/middleware/limits.mjs`.

use serde::Serialize;
use start_runtime::prelude::*;
use start_runtime::schemars::{self, JsonSchema};

#[derive(Serialize, JsonSchema)]
struct Passed {
    ok: bool,
}

/// Five in two seconds for each client.
#[api_route(GET, "/mw/limited", rate_limit = "5 / 2s")]
async fn limited() -> Passed {
    Passed { ok: true }
}
