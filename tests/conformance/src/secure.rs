//! Headers that make browsers stricter, for `clients/middleware/secure.mjs`.

use serde::{Deserialize, Serialize};
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::{SecurityHeaders, prelude::*};

/// The headers below `/mw/secure`.
pub fn headers() -> SecurityHeaders {
    SecurityHeaders::new()
}

/// The query.
#[derive(Deserialize, JsonSchema)]
struct Wish {
    fail: Option<String>,
}

/// An answer without news.
#[derive(Serialize, JsonSchema)]
struct Fine {
    ok: bool,
}

/// An answer, or a panic.
#[api_route(GET, "/mw/secure")]
async fn secure(Query(wish): Query<Wish>) -> Fine {
    assert!(wish.fail.as_deref() != Some("panic"), "boom-secret");
    Fine { ok: true }
}
