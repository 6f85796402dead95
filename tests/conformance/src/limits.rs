//! Rate limits: `clients/middleware/limits.mjs`. With `REDIS_URL`, they are counted in the server there.

use serde::Serialize;
use start_runtime::Redis;
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

/// Counts where the environment says.
pub fn shared(start: Start) -> std::io::Result<Start> {
    match std::env::var_os("REDIS_URL") {
        Some(_) => Ok(start.rate_limit_store(Redis::from_env()?)),
        None => Ok(start),
    }
}
