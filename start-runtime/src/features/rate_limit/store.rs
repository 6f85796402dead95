//! Where the counts are kept.

use std::error::Error as StdError;
use std::pin::Pin;
use std::time::Duration;

use super::Rate;

/// What a store returns.
pub type RateFuture<'a> = Pin<Box<dyn Future<Output = Result<RateDecision, Box<dyn StdError + Send + Sync>>> + 'a>>;

/// Whether a request passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateDecision {
    /// It passes, and is counted.
    Pass,
    /// It is refused, and is not counted. One passes after this time without requests.
    Wait(Duration),
}

/// A place for the counts of rate limits: by default the memory of the program, or a server that several programs
/// share ([`Start::rate_limit_store`](crate::Start::rate_limit_store)).
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Mutex;
/// use start_runtime::{Rate, RateDecision, RateFuture, RateStore};
///
/// /// Counts once and for all.
/// #[derive(Default)]
/// struct Forever(Mutex<HashMap<String, u32>>);
///
/// impl RateStore for Forever {
///     fn take<'a>(&'a self, key: &'a str, rate: Rate) -> RateFuture<'a> {
///         let mut counts = self.0.lock().unwrap();
///         let count = counts.entry(key.to_owned()).or_default();
///         *count += 1;
///         let passes = *count <= rate.requests();
///         let decision = if passes { RateDecision::Pass } else { RateDecision::Wait(rate.period()) };
///         Box::pin(async move { Ok(decision) })
///     }
/// }
/// ```
pub trait RateStore: Send + Sync + 'static {
    /// Counts a request for a key if the rate allows one more, in one step. The key names the route and the client; it may
    /// have any characters.
    ///
    /// # Errors
    /// Returns an error if the store cannot be asked. The answer is a 503 then, and the reason is in the log.
    fn take<'a>(&'a self, key: &'a str, rate: Rate) -> RateFuture<'a>;
}
