use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::web::Bytes;
use serde::de::DeserializeOwned;

use super::entry::{Kind, MemberId, RoomEntry, RoomEntryKind, RoomPosition};

/// Something that happened in a room, as a member reads it. `M` is the type of messages, `P` that of members.
pub struct RoomEvent<M, P = String> {
    entry: Arc<RoomEntry>,
    types: PhantomData<fn() -> (M, P)>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RoomNews<'a, M, P> {
    /// Somebody has joined.
    Joined(&'a P),
    /// Somebody has left.
    Left(&'a P),
    /// Somebody has published.
    Message(&'a M),
    /// This member has missed something: so many events, if that is known.
    Missed(Option<u64>),
    /// Something that this program cannot read: another version of it has sent another type.
    Unreadable,
}

impl<M, P> RoomEvent<M, P> {
    pub(super) fn new(entry: Arc<RoomEntry>) -> Self {
        Self { entry, types: PhantomData }
    }

    /// Where it happened: for the ids of an event stream. `None` for [`RoomNews::Missed`].
    pub fn position(&self) -> Option<RoomPosition> {
        self.entry.position()
    }

    /// The member who joined, left or published. `None` if it came from outside of the room.
    pub fn member(&self) -> Option<MemberId> {
        self.entry.member()
    }

    /// The JSON of the message, or of who joined or left. All members share these bytes. Empty for [`RoomNews::Missed`].
    pub fn json(&self) -> &Bytes {
        self.entry.json()
    }

    /// Makes something of this once for all members, such as the bytes that are sent to each of them: `make` is called for
    /// the first one that asks, and the others get a clone. There is one such value per type.
    pub fn once<V: Clone + Send + Sync + 'static>(&self, make: impl FnOnce(&Self) -> V) -> V {
        self.entry.once(|| make(self))
    }
}

impl<M, P> RoomEvent<M, P>
where
    M: DeserializeOwned + Send + Sync + 'static,
    P: DeserializeOwned + Send + Sync + 'static,
{
    /// What happened. The value is read from its JSON once for all members.
    pub fn news(&self) -> RoomNews<'_, M, P> {
        let news = match self.entry.kind() {
            Kind::Missed(count) => return RoomNews::Missed(count),
            Kind::Appended(RoomEntryKind::Joined) => self.entry.value().map(RoomNews::Joined),
            Kind::Appended(RoomEntryKind::Left) => self.entry.value().map(RoomNews::Left),
            Kind::Appended(RoomEntryKind::Message) => self.entry.value().map(RoomNews::Message),
        };
        news.unwrap_or(RoomNews::Unreadable)
    }
}

impl<M, P> Clone for RoomEvent<M, P> {
    fn clone(&self) -> Self {
        Self::new(self.entry.clone())
    }
}

impl<M, P> fmt::Debug for RoomEvent<M, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entry.fmt(f)
    }
}
