//! What a capability needs from outside, asked whether it is there.

use std::sync::Arc;

use futures_core::future::LocalBoxFuture;

/// A question to a store or another server that a capability needs.
#[derive(Clone)]
pub struct StoreCheck {
    /// How clients know it, such as `sessions`.
    pub name: String,
    /// Whether the program is not ready without it.
    #[allow(dead_code, reason = "a capability reads it")]
    pub is_needed: bool,
    pub ask: AskStore,
}

/// Asks it. `Err` has the reason, for the log. Whoever asks has a time limit.
pub type AskStore = Arc<dyn Fn() -> LocalBoxFuture<'static, Result<(), String>> + Send + Sync>;
