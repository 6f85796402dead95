//! Rooms: publish and subscribe between the connections of a program, whatever protocol they speak.
//!
//! | file | what it does |
//! |---|---|
//! | `handle` | what a program has: joins, subscribes, publishes |
//! | `member` | one member of a room: a stream of what happens in it |
//! | `news` | what happens in a room, as a member reads it |
//! | `entry` | the same as stores keep and deliver it |
//! | `store` | where rooms are: the trait that a store for several processes implements |
//! | `memory` | the store of one process |
//! | `redis` | the store of several processes (feature `redis`) |
//! | `hub` | from a store to the members of this process |
//! | `queue` | what a member has not read yet |
//!
//! # Invariants
//! - A store gives each entry of a room its position, and delivers the entries in the order of their positions. So all
//!   members of a room get what they get in one order.
//! - Locks are taken in the order store, room, queue, and none is held where a store is called.
//! - A member leaves once: when it is dropped, or when its queue is full.

mod entry;
mod handle;
mod hub;
mod member;
mod memory;
mod news;
mod queue;
#[cfg(feature = "redis")]
mod redis;
mod store;

use crate::kernel::Capability;
pub use entry::{MemberId, RoomEntry, RoomEntryKind, RoomPosition};
pub use handle::{DEFAULT_ROOM_QUEUE, JoinRoom, Present, Rooms};
pub use hub::{RoomDelivery, RoomLeavers};
pub use member::RoomMember;
pub use memory::MemoryRooms;
pub use news::{RoomEvent, RoomNews};
#[cfg(feature = "redis")]
pub use redis::RedisRooms;
pub use store::{NewRoomEntry, RoomError, RoomFuture, RoomHistory, RoomStore};

pub const CAPABILITY: Capability = Capability::TYPES_ONLY;
