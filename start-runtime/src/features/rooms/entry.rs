use std::any::Any;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use actix_web::web::Bytes;
use serde::de::DeserializeOwned;

use super::store::NewRoomEntry;

/// Where something happened in a room: the life of the room, and a number that grows by one with each entry in it. As text
/// (`1f-7`), it is the id of an event of an event stream, and what a client sends when it connects again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RoomPosition {
    /// Tells the lives of a room apart: a room that was empty and forgotten begins another one, and so does a store that
    /// has lost it.
    pub life: u64,
    /// The number of the entry. The first one is 1.
    pub number: u64,
}

impl RoomPosition {
    /// Whether this comes behind another position. In another life of the room, it does.
    pub fn is_after(self, other: Self) -> bool {
        self.life != other.life || self.number > other.number
    }
}

impl fmt::Display for RoomPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{}", self.life, self.number)
    }
}

/// A text is no position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPosition;

impl fmt::Display for NotAPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the position of something in a room, such as `1f-7`")
    }
}

impl std::error::Error for NotAPosition {}

impl FromStr for RoomPosition {
    type Err = NotAPosition;

    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        let (life, number) = text.split_once('-').ok_or(NotAPosition)?;
        let life = u64::from_str_radix(life, 16).map_err(|_| NotAPosition)?;
        let number = number.parse().map_err(|_| NotAPosition)?;
        // What reads in another way than it is written is not ours.
        Some(Self { life, number }).filter(|position| position.to_string() == text).ok_or(NotAPosition)
    }
}

/// A member of a room, in all processes. It is not a secret, and nobody can join as another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MemberId {
    /// The process that the member is in: a random number.
    pub process: u64,
    /// The number of the member in its process.
    pub number: u64,
}

impl fmt::Display for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}-{}", self.process, self.number)
    }
}

/// What kind of entry it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoomEntryKind {
    /// A member has joined. The JSON is who that is.
    Joined,
    /// A member has left. The JSON is who that was.
    Left,
    /// Somebody has published. The JSON is the message.
    Message,
}

/// Something that happened in a room, as stores keep and deliver it. All members share it.
pub struct RoomEntry {
    /// `None` for what only one member sees: that it has missed something.
    position: Option<RoomPosition>,
    kind: Kind,
    member: Option<MemberId>,
    json: Bytes,
    /// The value of the JSON, once somebody has asked for it.
    value: OnceLock<Option<Box<dyn Any + Send + Sync>>>,
    /// What is made of the entry once for all members, by its type.
    made: Mutex<Vec<Box<dyn Any + Send + Sync>>>,
}

/// What an entry is for its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Appended(RoomEntryKind),
    /// So many entries are missing, if that is known.
    Missed(Option<u64>),
}

impl RoomEntry {
    /// An entry that has got its position.
    pub fn new(position: RoomPosition, entry: NewRoomEntry) -> Arc<Self> {
        Self::with(Some(position), Kind::Appended(entry.kind), entry.member, entry.json)
    }

    pub(super) fn missed(count: Option<u64>) -> Arc<Self> {
        Self::with(None, Kind::Missed(count), None, Bytes::new())
    }

    fn with(position: Option<RoomPosition>, kind: Kind, member: Option<MemberId>, json: Bytes) -> Arc<Self> {
        Arc::new(Self { position, kind, member, json, value: OnceLock::new(), made: Mutex::default() })
    }

    /// Its position. `None` for a member's own notice that it has missed something.
    pub fn position(&self) -> Option<RoomPosition> {
        self.position
    }

    /// The member who joined, left or published. `None` if nobody in the room has published it.
    pub fn member(&self) -> Option<MemberId> {
        self.member
    }

    /// The JSON.
    pub fn json(&self) -> &Bytes {
        &self.json
    }

    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    pub(super) fn is(&self, kind: RoomEntryKind, member: MemberId) -> bool {
        self.kind == Kind::Appended(kind) && self.member == Some(member)
    }

    /// The value of the JSON, if it is a `T`.
    pub(super) fn value<T: DeserializeOwned + Send + Sync + 'static>(&self) -> Option<&T> {
        let value = self.value.get_or_init(|| match serde_json::from_slice::<T>(&self.json) {
            Ok(value) => Some(Box::new(value)),
            Err(error) => {
                let name = std::any::type_name::<T>();
                tracing::warn!(target: "start_runtime::rooms", "what was sent to a room is no {name}, does another version of the program send it? {error}");
                None
            }
        });
        value.as_ref()?.downcast_ref()
    }

    /// The `V` of this entry: made by the first who asks, and the same for all.
    pub(super) fn once<V: Clone + Send + Sync + 'static>(&self, make: impl FnOnce() -> V) -> V {
        let lock = || self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let find = |made: &[Box<dyn Any + Send + Sync>]| made.iter().find_map(|one| one.downcast_ref::<V>()).cloned();
        if let Some(known) = find(&lock()) {
            return known;
        }
        // Made outside of the lock: it is the user's code. Two that are made at the same time are equal.
        let value = make();
        let mut made = lock();
        find(&made).unwrap_or_else(|| {
            made.push(Box::new(value.clone()));
            value
        })
    }
}

impl fmt::Debug for RoomEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("RoomEntry");
        debug.field("position", &self.position).field("kind", &self.kind).field("member", &self.member);
        debug.field("json", &self.json).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_read_as_they_are_written_and_in_no_other_way() {
        let position = RoomPosition { life: 0x1f, number: 7 };
        assert_eq!((position.to_string().as_str(), "1f-7".parse()), ("1f-7", Ok(position)));
        for text in
            ["", "-", "1f", "1f-", "-7", "1F-7", "01f-7", "1f-+7", "1f-07", "1f-7-7", "1f-99999999999999999999", "é-1"]
        {
            assert_eq!(text.parse::<RoomPosition>(), Err(NotAPosition), "{text}");
        }
        let in_life = |life, number| RoomPosition { life, number };
        assert!(in_life(1, 2).is_after(in_life(1, 1)) && !in_life(1, 1).is_after(in_life(1, 1)));
        assert!(in_life(1, 1).is_after(in_life(2, 9)));
    }
}
