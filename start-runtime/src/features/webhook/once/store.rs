//! Where is kept what is done.

use std::error::Error as StdError;
use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::time::Duration;

/// What a store returns.
pub type OnceFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, OnceError>> + 'a>>;

/// What a store says to somebody who wants to begin some work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Begin.
    Yours,
    /// The work was done.
    Done,
    /// Somebody else has begun.
    Busy,
}

/// A place that knows which work was done ([`APIEvent::once`](crate::APIEvent::once)): [`InMemory`](super::memory::InMemory),
/// `SqliteOnce`, `RedisOnce`, or one of yours. Several processes may ask it at once.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Mutex;
/// use std::time::Duration;
/// use start_runtime::webhook::{Claim, OnceFuture, OnceStore};
///
/// /// Forgets nothing, and waits for no time to be over.
/// #[derive(Default)]
/// struct Ever(Mutex<HashMap<String, bool>>);
///
/// impl OnceStore for Ever {
///     fn claim<'a>(&'a self, key: &'a str, _: &'a str, _: Duration) -> OnceFuture<'a, Claim> {
///         let mut known = self.0.lock().unwrap();
///         let claim = match known.insert(key.to_owned(), false) {
///             None => Claim::Yours,
///             Some(is_done) => {
///                 known.insert(key.to_owned(), is_done);
///                 if is_done { Claim::Done } else { Claim::Busy }
///             }
///         };
///         Box::pin(async move { Ok(claim) })
///     }
///
///     fn finish<'a>(&'a self, key: &'a str, _: &'a str, _: Duration) -> OnceFuture<'a, ()> {
///         self.0.lock().unwrap().insert(key.to_owned(), true);
///         Box::pin(async { Ok(()) })
///     }
///
///     fn release<'a>(&'a self, key: &'a str, _: &'a str) -> OnceFuture<'a, ()> {
///         self.0.lock().unwrap().remove(key);
///         Box::pin(async { Ok(()) })
///     }
/// }
/// ```
pub trait OnceStore: Send + Sync + 'static {
    /// Lets one of all that ask begin, in one step: this `owner`, a name that nobody else has. After the time of the lease,
    /// another one may begin. The key may have any characters.
    ///
    /// # Errors
    /// Returns an error if the store cannot be asked. The answer is a 503 with `Retry-After` then.
    fn claim<'a>(&'a self, key: &'a str, owner: &'a str, lease: Duration) -> OnceFuture<'a, Claim>;

    /// Remembers for so long that the work is done, if it is still this owner's.
    ///
    /// # Errors
    /// Returns an error if it may be forgotten. It is logged.
    fn finish<'a>(&'a self, key: &'a str, owner: &'a str, keep: Duration) -> OnceFuture<'a, ()>;

    /// Lets others begin, if the work is still this owner's.
    ///
    /// # Errors
    /// Returns an error if nobody can begin before the lease is over. It is logged.
    fn release<'a>(&'a self, key: &'a str, owner: &'a str) -> OnceFuture<'a, ()>;

    /// Finds out whether the store can be asked: for `/health/ready`, and at start-up. Unless a store knows better, it can.
    ///
    /// # Errors
    /// Returns an error if the store cannot be asked.
    fn check(&self) -> OnceFuture<'_, ()> {
        Box::pin(ready(Ok(())))
    }

    /// What the program says at start-up: where it knows what was done. Nothing unless a store says so.
    fn place(&self) -> Option<String> {
        None
    }
}

/// Why a store cannot be asked.
#[derive(Debug)]
pub struct OnceError(Box<dyn StdError + Send + Sync>);

impl OnceError {
    /// An error with its reason, which goes to the log.
    pub fn new(reason: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for OnceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store of deliveries: {}", self.0)
    }
}

impl StdError for OnceError {}
