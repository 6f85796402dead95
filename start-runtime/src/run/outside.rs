//! What the program needs from outside: asked once, when it begins to serve.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use crate::kernel::StoreCheck;

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(5);

/// Warns of what does not answer. The program serves all the same: what it needs may start later, and is asked with each
/// request.
pub fn warn(checks: &Arc<[StoreCheck]>) {
    if checks.is_empty() {
        return;
    }
    let checks = checks.clone();
    actix_web::rt::spawn(async move {
        for check in checks.iter() {
            let found = timeout(LIMIT, (check.ask)()).await;
            if let Err(reason) = found.unwrap_or_else(|_| Err(format!("no answer within {LIMIT:?}"))) {
                tracing::warn!(
                    "{} cannot be reached, and each request that needs it tries again: {reason}",
                    check.name
                );
            }
        }
    });
}
