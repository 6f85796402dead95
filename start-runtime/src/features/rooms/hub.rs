//! From a store to the members of this process.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};

use actix_web::web::Bytes;

use super::entry::{MemberId, RoomEntry, RoomEntryKind, RoomPosition};
use super::handle::DEFAULT_ROOM_QUEUE;
use super::queue::{Limit, Queue};
use super::store::{NewRoomEntry, RoomStore};

/// A number that no other process has, and none has had.
pub fn random() -> u64 {
    RandomState::new().hash_one(std::process::id())
}

/// The members of this process.
pub struct Hub {
    pub store: Box<dyn RoomStore>,
    rooms: RwLock<HashMap<Arc<str>, Arc<Room>>>,
    process: u64,
    members: AtomicU64,
    limit: AtomicUsize,
    lags: AtomicBool,
}

/// A room with members in this process.
struct Room(Mutex<Inside>);

struct Inside {
    members: BTreeMap<u64, Seat>,
    /// What was delivered last.
    last: Option<RoomPosition>,
}

/// A member's place in a room.
#[derive(Clone)]
pub struct Seat {
    pub room: Arc<str>,
    pub id: MemberId,
    /// The JSON of who it is. `None` if it only listens.
    pub who: Option<Bytes>,
    pub queue: Arc<Queue>,
}

impl Hub {
    pub fn new(store: Box<dyn RoomStore>) -> Arc<Self> {
        let hub = Arc::new(Self {
            store,
            rooms: RwLock::default(),
            process: random(),
            members: AtomicU64::new(1),
            limit: AtomicUsize::new(DEFAULT_ROOM_QUEUE),
            lags: AtomicBool::new(false),
        });
        hub.store.start(RoomDelivery(Arc::downgrade(&hub)));
        hub
    }

    pub fn set_limit(&self, entries: usize) {
        self.limit.store(entries.max(1), Ordering::Relaxed);
    }

    pub fn set_lags(&self) {
        self.lags.store(true, Ordering::Relaxed);
    }

    pub fn new_id(&self) -> MemberId {
        MemberId { process: self.process, number: self.members.fetch_add(1, Ordering::Relaxed) }
    }

    /// Takes a seat. From now on, what is delivered to the room goes to its queue.
    pub fn sit(&self, seat: &Seat) {
        let mut rooms = self.rooms.write().unwrap_or_else(PoisonError::into_inner);
        let room = rooms
            .entry(seat.room.clone())
            .or_insert_with(|| Arc::new(Room(Mutex::new(Inside { members: BTreeMap::new(), last: None }))));
        let mut inside = room.0.lock().unwrap_or_else(PoisonError::into_inner);
        inside.members.insert(seat.id.number, seat.clone());
    }

    /// Gives a seat up. The store is told once.
    pub fn rise(&self, seat: &Seat) {
        if !seat.queue.leave() {
            return;
        }
        {
            let mut rooms = self.rooms.write().unwrap_or_else(PoisonError::into_inner);
            let is_empty = rooms.get(&seat.room).is_some_and(|room| {
                let mut inside = room.0.lock().unwrap_or_else(PoisonError::into_inner);
                inside.members.remove(&seat.id.number);
                inside.members.is_empty()
            });
            if is_empty {
                rooms.remove(&seat.room);
            }
        }
        if let Some(who) = &seat.who {
            let left = NewRoomEntry { kind: RoomEntryKind::Left, member: Some(seat.id), json: who.clone() };
            self.store.leave(&seat.room, left);
        }
        self.store.unlisten(&seat.room);
    }

    fn room(&self, name: &str) -> Option<Arc<Room>> {
        self.rooms.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }
}

/// The way from a store to the members of this process.
#[derive(Clone)]
pub struct RoomDelivery(Weak<Hub>);

impl RoomDelivery {
    /// Gives an entry to the members of its room in this process. Never waits, and never calls the store.
    ///
    /// Entries of one room have to come one after the other, in the order of their positions. One that is not after the last
    /// one is left out.
    ///
    /// Returns the members who leave because they do not read. Drop that when no lock of the store is held: then
    /// [`RoomStore::leave`] and [`RoomStore::unlisten`] are called for each of them.
    pub fn deliver(&self, room: &str, entry: &Arc<RoomEntry>) -> RoomLeavers {
        let mut leavers = RoomLeavers { hub: self.0.clone(), seats: Vec::new() };
        let Some(hub) = self.0.upgrade() else { return leavers };
        let Some(room) = hub.room(room) else { return leavers };
        let limit = Limit { entries: hub.limit.load(Ordering::Relaxed), lags: hub.lags.load(Ordering::Relaxed) };
        let mut inside = room.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(position), Some(last)) = (entry.position(), inside.last)
            && !position.is_after(last)
        {
            return leavers;
        }
        inside.last = entry.position();
        for seat in inside.members.values() {
            if seat.queue.push(entry, limit).is_err() {
                leavers.seats.push(seat.clone());
            }
        }
        for seat in &leavers.seats {
            inside.members.remove(&seat.id.number);
        }
        leavers
    }

    /// Tells the members of a room in this process, or of all rooms, that entries may be missing here.
    pub fn missed(&self, room: Option<&str>) {
        let Some(hub) = self.0.upgrade() else { return };
        let rooms: Vec<Arc<Room>> = match room {
            Some(room) => hub.room(room).into_iter().collect(),
            None => hub.rooms.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect(),
        };
        for room in rooms {
            let inside = room.0.lock().unwrap_or_else(PoisonError::into_inner);
            inside.members.values().for_each(|seat| seat.queue.miss());
        }
    }

    /// The rooms that have members in this process, and the position that was delivered last: for stores that reconnect.
    pub fn rooms(&self) -> Vec<(Arc<str>, Option<RoomPosition>)> {
        let Some(hub) = self.0.upgrade() else { return Vec::new() };
        let rooms = hub.rooms.read().unwrap_or_else(PoisonError::into_inner);
        let last = |room: &Room| room.0.lock().unwrap_or_else(PoisonError::into_inner).last;
        rooms.iter().map(|(name, room)| (name.clone(), last(room))).collect()
    }
}

/// Members who leave because they do not read: when this is dropped, the store is told. See [`RoomDelivery::deliver`].
#[must_use = "drop it when no lock of the store is held"]
pub struct RoomLeavers {
    hub: Weak<Hub>,
    seats: Vec<Seat>,
}

impl Drop for RoomLeavers {
    fn drop(&mut self) {
        if self.seats.is_empty() {
            return;
        }
        let Some(hub) = self.hub.upgrade() else { return };
        for seat in self.seats.drain(..) {
            tracing::debug!(target: "start_runtime::rooms", "member {} of room {:?} does not read, and is dropped", seat.id, seat.room);
            hub.rise(&seat);
        }
    }
}
