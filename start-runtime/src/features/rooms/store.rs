//! Where rooms are.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::web::Bytes;

use super::entry::{MemberId, RoomEntry, RoomEntryKind, RoomPosition};
use super::hub::RoomDelivery;
use crate::response::{Cause, IntoProblem, Problem};

/// When a client may ask again, in seconds: a store that was away is often back within one.
const RETRY_AFTER: &str = "1";

/// What a store returns.
pub type RoomFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, RoomError>> + Send + 'a>>;

/// Where rooms are: [`MemoryRooms`](crate::MemoryRooms) for one process. A store for several processes implements this, and
/// [`Rooms::over`](crate::Rooms::over) takes it.
///
/// # The contract
/// - A room has one order. `append` gives each entry its position: within a life of the room each number is one more than
///   that before. All entries of a room that this process listens to are given to [`RoomDelivery::deliver`] in that order,
///   those of this process too. Entries that come twice, or late, are left out there.
/// - A store that may have lost entries of a room says so with [`RoomDelivery::missed`]. One that gets them after all
///   delivers them instead.
/// - A store remembers who is in a room, by the entries `Joined` and `Left`. It appends a `Left` for the members of a process
///   that is gone.
/// - No method blocks the thread. Futures may be dropped at any point: what they have begun is then done or not done.
pub trait RoomStore: Send + Sync + 'static {
    /// Called once, before all other methods.
    fn start(&self, delivery: RoomDelivery);

    /// This process listens to a room. When the future is ready, all entries that are appended from now on are delivered.
    /// May be called several times for one room: each call is followed by one of `unlisten`, also one whose future failed or
    /// was dropped.
    fn listen<'a>(&'a self, room: &'a str) -> RoomFuture<'a, ()>;

    /// One of those who listen does so no more.
    fn unlisten(&self, room: &str);

    /// Appends an entry, and returns its position.
    fn append<'a>(&'a self, room: &'a str, entry: NewRoomEntry) -> RoomFuture<'a, RoomPosition>;

    /// Appends a `Left` for a member of this process, in the background if it takes time. The member may not have joined:
    /// then nothing is appended.
    fn leave(&self, room: &str, entry: NewRoomEntry);

    /// The messages of a room that are kept and come behind a position (all without one), the oldest first. It is called by
    /// those who listen.
    fn history<'a>(&'a self, room: &'a str, after: Option<RoomPosition>) -> RoomFuture<'a, RoomHistory>;

    /// Who is in a room, in the order in which they joined: their ids, and the JSON of their `Joined`.
    fn present<'a>(&'a self, room: &'a str) -> RoomFuture<'a, Vec<(MemberId, Bytes)>>;
}

/// An entry that has no position yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRoomEntry {
    /// What kind of entry it is.
    pub kind: RoomEntryKind,
    /// The member who joined, left or published.
    pub member: Option<MemberId>,
    /// Who joined or left, or the message.
    pub json: Bytes,
}

/// Messages that a room has kept.
#[derive(Clone, Debug, Default)]
pub struct RoomHistory {
    /// The oldest first.
    pub messages: Vec<Arc<RoomEntry>>,
    /// Whether messages behind the given position were not kept, or may not have been.
    pub is_missing_some: bool,
}

/// Why a room could not be reached, or what was to be sent there could not be written.
///
/// `?` makes it a problem whose reason is in the log alone: a store that does not work is a 503 with `Retry-After`, a value
/// that does not serialize a 500. It is no [`Error`](StdError), because those are a 500, and becomes one where `?` asks for a
/// `Box<dyn Error>`.
///
/// ```
/// use start_runtime::{RoomError, prelude::*};
///
/// let problem = Problem::from(RoomError::store("connection refused"));
/// assert_eq!(problem.status(), 503);
/// assert_eq!(problem.headers().get("retry-after").unwrap(), "1");
/// assert_eq!(problem.detail(), Some("rooms are not available at the moment"));
/// let problem = Problem::from(RoomError::Serialize("no finite number".into()));
/// assert_eq!(problem.status(), 500);
/// let error: Box<dyn std::error::Error> = RoomError::store("connection refused").into();
/// assert_eq!(error.to_string(), "the store of the rooms failed: connection refused");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RoomError {
    /// A value does not serialize to JSON.
    Serialize(String),
    /// The store does not work.
    Store(Arc<dyn StdError + Send + Sync>),
}

impl RoomError {
    /// A failure of a store.
    pub fn store(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Store(Arc::from(error.into()))
    }
}

impl fmt::Display for RoomError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serialize(error) => write!(f, "what was to be sent to a room does not serialize to JSON: {error}"),
            Self::Store(error) => write!(f, "the store of the rooms failed: {error}"),
        }
    }
}

#[diagnostic::do_not_recommend]
impl IntoProblem for RoomError {
    fn into_problem(self) -> Problem {
        let reason = match self {
            Self::Serialize(_) => return Problem::unexpected(Cause::said(self.to_string())),
            Self::Store(reason) => reason,
        };
        let away = Problem::new(503).with_detail("rooms are not available at the moment");
        away.header("retry-after", RETRY_AFTER).caused_by(reason)
    }
}

/// The error outside of handlers.
#[derive(Debug)]
struct Failed(RoomError);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Failed {}

impl From<RoomError> for Box<dyn StdError + Send + Sync> {
    fn from(error: RoomError) -> Self {
        Box::new(Failed(error))
    }
}

impl From<RoomError> for Box<dyn StdError> {
    fn from(error: RoomError) -> Self {
        Box::new(Failed(error))
    }
}

macro_rules! shared_store {
    ($($pointer:ty),*) => {$(
        impl RoomStore for $pointer {
            fn start(&self, delivery: RoomDelivery) {
                (**self).start(delivery);
            }
            fn listen<'a>(&'a self, room: &'a str) -> RoomFuture<'a, ()> {
                (**self).listen(room)
            }
            fn unlisten(&self, room: &str) {
                (**self).unlisten(room);
            }
            fn append<'a>(&'a self, room: &'a str, entry: NewRoomEntry) -> RoomFuture<'a, RoomPosition> {
                (**self).append(room, entry)
            }
            fn leave(&self, room: &str, entry: NewRoomEntry) {
                (**self).leave(room, entry);
            }
            fn history<'a>(&'a self, room: &'a str, after: Option<RoomPosition>) -> RoomFuture<'a, RoomHistory> {
                (**self).history(room, after)
            }
            fn present<'a>(&'a self, room: &'a str) -> RoomFuture<'a, Vec<(MemberId, Bytes)>> {
                (**self).present(room)
            }
        }
    )*};
}

// A program chooses its store when it starts.
shared_store!(Box<dyn RoomStore>, Arc<dyn RoomStore>);
