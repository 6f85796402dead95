//! Transfers that pages of other sites cannot make, for `clients/middleware/csrf.mjs`.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::{Csrf, prelude::*};

/// Requests with the cookie `sid` are protected. Those of the sessions are not: their clients are no browsers, and do not
/// say where they come from.
pub fn config() -> Csrf {
    Csrf::of(["sid"])
}

static MOVES: AtomicU64 = AtomicU64::new(0);

/// How many transfers were handled.
#[derive(Serialize, JsonSchema)]
struct Moves {
    moves: u64,
}

/// A transfer.
#[derive(Serialize, JsonSchema)]
struct Moved {
    moved: bool,
}

/// Transfers.
#[api_route("/mw/csrf/transfer")]
mod transfer {
    use super::*;

    async fn GET() -> Moves {
        Moves { moves: MOVES.load(Ordering::SeqCst) }
    }

    async fn POST() -> Moved {
        moved()
    }

    async fn PUT() -> Moved {
        moved()
    }

    async fn PATCH() -> Moved {
        moved()
    }

    async fn DELETE() -> Moved {
        moved()
    }
}

fn moved() -> Moved {
    MOVES.fetch_add(1, Ordering::SeqCst);
    Moved { moved: true }
}
