//! Where sessions are kept.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use super::SessionRecord;
use crate::response::Problem;

/// What a store returns.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + 'a>>;

/// A place for sessions: by default their own cookie, or a server of yours. Handlers are the same for all of them.
///
/// The program asks for a session at most once per request, and writes it at most once, before the answer goes out. Lifetimes
/// are checked by the caller; a store may use them to forget what is over.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Mutex;
/// use std::time::Duration;
/// use start_runtime::{SessionRecord, SessionStore, StoreFuture};
///
/// /// Sessions that end with the program.
/// #[derive(Default)]
/// struct InMemory(Mutex<HashMap<String, SessionRecord>>);
///
/// impl SessionStore for InMemory {
///     fn load<'a>(&'a self, value: &'a str) -> StoreFuture<'a, Option<SessionRecord>> {
///         Box::pin(async move { Ok(self.0.lock().unwrap().get(value).cloned()) })
///     }
///
///     fn save<'a>(&'a self, session: &'a SessionRecord, _: Duration) -> StoreFuture<'a, String> {
///         Box::pin(async move {
///             self.0.lock().unwrap().insert(session.id.clone(), session.clone());
///             Ok(session.id.clone())
///         })
///     }
///
///     fn remove<'a>(&'a self, id: &'a str) -> StoreFuture<'a, ()> {
///         Box::pin(async move {
///             self.0.lock().unwrap().remove(id);
///             Ok(())
///         })
///     }
/// }
/// ```
pub trait SessionStore: Send + Sync + 'static {
    /// Returns the session that the value of a cookie stands for. `None` if it stands for none: the value may be anything
    /// that a client has made up.
    ///
    /// # Errors
    /// Returns an error if the store cannot be asked. The answer is a 503 then.
    fn load<'a>(&'a self, value: &'a str) -> StoreFuture<'a, Option<SessionRecord>>;

    /// Keeps a session for so long, in place of one with the same id. Returns the value of the cookie.
    ///
    /// # Errors
    /// Returns an error if the session is not kept. The answer is a 503 then.
    fn save<'a>(&'a self, session: &'a SessionRecord, lasts: Duration) -> StoreFuture<'a, String>;

    /// Keeps a session for so long from now on; only its `seen_at` has changed. Returns the value of the cookie.
    ///
    /// # Errors
    /// As [`SessionStore::save`], which is what this does unless a store knows better.
    fn touch<'a>(&'a self, session: &'a SessionRecord, lasts: Duration) -> StoreFuture<'a, String> {
        self.save(session, lasts)
    }

    /// Ends the session with this id.
    ///
    /// # Errors
    /// Returns an error if it may still be there. The answer is a 503 then.
    fn remove<'a>(&'a self, id: &'a str) -> StoreFuture<'a, ()>;

    /// What the program says at start-up: where its sessions are.
    fn place(&self) -> String {
        "kept by a store of the program".to_owned()
    }
}

/// Why a store cannot be asked. Where it reaches a client, it is a 503.
#[derive(Debug)]
pub struct StoreError(Box<dyn StdError + Send + Sync>);

impl StoreError {
    /// An error with its reason, which goes to the log.
    pub fn new(reason: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store of sessions: {}", self.0)
    }
}

/// A 503: other errors are a 500, and this one is no `Error` for that reason.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::new(503).with_detail("sessions are not available at the moment").caused_by(error.0)
    }
}
