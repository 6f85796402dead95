//! Where sessions are kept.

use std::error::Error as StdError;
use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::time::Duration;

use super::SessionRecord;
use super::record::random_id;
use crate::response::Problem;

/// After how many seconds a client may ask again, when the store was away.
const RETRY_AFTER: &str = "1";

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

    /// Keeps a new session for so long. Returns the value of the cookie.
    ///
    /// # Errors
    /// Returns an error if the session is not kept. The answer is a 503 then.
    fn save<'a>(&'a self, session: &'a SessionRecord, lasts: Duration) -> StoreFuture<'a, String>;

    /// Keeps a session for so long, in place of the one with the id `known`, which the client has brought. The session has
    /// the same id, or another one if it was rotated. Returns the value of the cookie, or `None` if another request has
    /// ended the known one since it was loaded: a store for which this matters does both in one step, and revives nothing.
    ///
    /// Unless a store knows better, this removes the known one if the id has changed, and saves.
    ///
    /// # Errors
    /// As [`SessionStore::save`].
    fn replace<'a>(
        &'a self,
        known: &'a str,
        session: &'a SessionRecord,
        lasts: Duration,
    ) -> StoreFuture<'a, Option<String>> {
        Box::pin(async move {
            if known != session.id {
                self.remove(known).await?;
            }
            self.save(session, lasts).await.map(Some)
        })
    }

    /// Keeps a session for so long from now on; only its `seen_at` has changed. Returns the value of the cookie, or `None`
    /// if another request has ended the session.
    ///
    /// # Errors
    /// As [`SessionStore::save`], which is what this does unless a store knows better.
    fn touch<'a>(&'a self, session: &'a SessionRecord, lasts: Duration) -> StoreFuture<'a, Option<String>> {
        Box::pin(async move { self.save(session, lasts).await.map(Some) })
    }

    /// Ends the session with this id.
    ///
    /// # Errors
    /// Returns an error if it may still be there. The answer is a 503 then.
    fn remove<'a>(&'a self, id: &'a str) -> StoreFuture<'a, ()>;

    /// Ends all sessions of an owner ([`Session::set_owner`](crate::Session::set_owner)), but the one with the id `but`.
    /// Returns how many there were.
    ///
    /// # Errors
    /// Returns an error if some may still be there; [`StoreError::unsupported`] if the store does not know owners, which is
    /// so unless it has this method.
    fn remove_all<'a>(&'a self, owner: &'a str, but: Option<&'a str>) -> StoreFuture<'a, u64> {
        let _ = (owner, but);
        Box::pin(ready(Err(StoreError::unsupported("the store of sessions has no `SessionStore::remove_all`"))))
    }

    /// Finds out whether the store can be asked: for `/health/ready`, and at start-up. Unless a store knows better, this
    /// looks for a session that is not there.
    ///
    /// # Errors
    /// Returns an error if the store cannot be asked.
    fn check(&self) -> StoreFuture<'_, ()> {
        Box::pin(async move { self.load(&random_id()).await.map(drop) })
    }

    /// What the program says at start-up: where its sessions are.
    fn place(&self) -> String {
        "kept by a store of the program".to_owned()
    }
}

/// Why a store cannot be asked. Where it reaches a client, it is a 503.
#[derive(Debug)]
pub struct StoreError {
    reason: Box<dyn StdError + Send + Sync>,
    is_unsupported: bool,
}

impl StoreError {
    /// An error with its reason, which goes to the log.
    pub fn new(reason: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { reason: reason.into(), is_unsupported: false }
    }

    /// The error of a store that was asked for what it cannot do, whoever asks and whenever: a 500.
    pub fn unsupported(reason: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { reason: reason.into(), is_unsupported: true }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store of sessions: {}", self.reason)
    }
}

/// A 503 with `Retry-After`: other errors are a 500, and this one is no `Error` for that reason.
impl From<StoreError> for Problem {
    fn from(StoreError { reason, is_unsupported }: StoreError) -> Self {
        if is_unsupported {
            return Self::internal(reason);
        }
        let away = Self::new(503).with_detail("sessions are not available at the moment");
        away.header("retry-after", RETRY_AFTER).caused_by(reason)
    }
}
