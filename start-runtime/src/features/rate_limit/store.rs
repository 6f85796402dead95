//! Where the counts are kept.

use std::error::Error as StdError;
use std::pin::Pin;
use std::time::Duration;

use super::Rate;

/// What a store returns.
pub type RateFuture<'a> = Pin<Box<dyn Future<Output = Result<RateDecision, Box<dyn StdError + Send + Sync>>> + 'a>>;

/// What a store returns that is asked whether it is there.
pub type RateCheckFuture<'a> = Pin<Box<dyn Future<Output = Result<(), Box<dyn StdError + Send + Sync>>> + 'a>>;

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
    /// Returns an error if the store cannot be asked. What happens then is the matter of
    /// [`Start::rate_limit_outage`](crate::Start::rate_limit_outage); the reason is in the log.
    fn take<'a>(&'a self, key: &'a str, rate: Rate) -> RateFuture<'a>;

    /// Finds out whether the store can be asked: at start-up, and for `/health/ready` if requests are refused without it.
    /// Unless a store knows better, this counts a request of nobody.
    ///
    /// # Errors
    /// Returns an error if the store cannot be asked.
    fn check(&self) -> RateCheckFuture<'_> {
        Box::pin(async move { self.take("a check of the store", Rate::new(10_000, 1)).await.map(drop) })
    }

    /// What the program says at start-up: where its counts are. Nothing unless a store says so.
    fn place(&self) -> Option<String> {
        None
    }
}
