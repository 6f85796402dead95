//! Rooms of one process.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use actix_web::web::Bytes;

use super::entry::{MemberId, RoomEntry, RoomEntryKind, RoomPosition};
use super::hub::{RoomDelivery, random};
use super::store::{NewRoomEntry, RoomFuture, RoomHistory, RoomStore};
use crate::base::timeouts::bounded;

/// How long the messages of an empty room are kept, unless [`MemoryRooms::keep_for`] says otherwise: ten minutes.
const KEEP_FOR: Duration = Duration::from_secs(600);

/// Rooms in the memory of one process. A room is there while it has members. With [`MemoryRooms::history`], it also keeps its
/// last messages.
///
/// ```
/// use start_runtime::{MemoryRooms, Rooms};
///
/// let rooms = Rooms::<String>::over(MemoryRooms::new().history(100));
/// ```
pub struct MemoryRooms {
    history: usize,
    keep_for: Duration,
    rooms: Mutex<HashMap<String, Arc<Mutex<Log>>>>,
    /// Rooms that were left empty with messages in them, and until when they are kept.
    leftovers: Mutex<VecDeque<(Instant, String)>>,
    delivery: OnceLock<RoomDelivery>,
}

/// One life of a room.
struct Log {
    last: RoomPosition,
    listeners: usize,
    present: BTreeMap<u64, (MemberId, Bytes)>,
    history: VecDeque<Arc<RoomEntry>>,
    /// The last message that was not kept.
    forgotten: Option<RoomPosition>,
    /// Since when nobody has been here.
    empty_since: Option<Instant>,
    /// Whether it was removed from the list.
    is_over: bool,
}

impl Default for MemoryRooms {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryRooms {
    /// Rooms that keep no messages.
    pub fn new() -> Self {
        Self {
            history: 0,
            keep_for: KEEP_FOR,
            rooms: Mutex::default(),
            leftovers: Mutex::default(),
            delivery: OnceLock::new(),
        }
    }

    /// Keeps the last messages of each room: for members that come later, and for those that come again.
    #[must_use]
    pub fn history(mut self, messages: usize) -> Self {
        self.history = messages;
        self
    }

    /// Sets how long a room that is empty keeps its messages: ten minutes unless set, at most a year.
    #[must_use]
    pub fn keep_for(mut self, time: Duration) -> Self {
        self.keep_for = bounded(time);
        self
    }

    fn list(&self) -> MutexGuard<'_, HashMap<String, Arc<Mutex<Log>>>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with a room, which begins a new life if it is not there.
    fn with<T>(&self, room: &str, act: impl FnOnce(&mut Log) -> T) -> T {
        loop {
            let log = {
                let mut rooms = self.list();
                match rooms.get(room) {
                    Some(log) => log.clone(),
                    None => rooms.entry(room.to_owned()).or_insert_with(Log::begin).clone(),
                }
            };
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            if !log.is_over {
                return act(&mut log);
            }
        }
    }

    /// Does something with a room that is there.
    fn with_known<T>(&self, room: &str, act: impl FnOnce(&mut Log) -> T) -> Option<T> {
        let log = self.list().get(room).cloned()?;
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        (!log.is_over).then(|| act(&mut log))
    }

    /// Appends an entry if `is_due` says so.
    fn push(&self, room: &str, entry: NewRoomEntry, is_due: impl FnOnce(&mut Log) -> bool) -> RoomPosition {
        let (position, is_idle, leavers) = self.with(room, |log| {
            let is_due = is_due(log);
            let is_idle = log.is_idle();
            if !is_due {
                return (log.last, is_idle, None);
            }
            log.last.number += 1;
            let is_message = entry.kind == RoomEntryKind::Message;
            let entry = RoomEntry::new(log.last, entry);
            if is_message {
                log.keep(&entry, self.history);
            }
            (log.last, is_idle, self.delivery.get().map(|delivery| delivery.deliver(room, &entry)))
        });
        // Behind the lock: they come back here.
        drop(leavers);
        if is_idle {
            self.tidy(room);
        }
        position
    }

    /// Removes a room that nobody needs, and those whose time is over.
    fn tidy(&self, room: &str) {
        let keep_for = self.keep_for;
        let leftover = self.with_known(room, |log| {
            if !log.is_idle() {
                log.empty_since = None;
                return None;
            }
            let is_new = log.empty_since.is_none();
            let since = *log.empty_since.get_or_insert_with(Instant::now);
            is_new.then_some(if log.history.is_empty() { since } else { since + keep_for })
        });
        let now = Instant::now();
        let mut leftovers = self.leftovers.lock().unwrap_or_else(PoisonError::into_inner);
        match leftover.flatten() {
            Some(until) if until <= now => self.remove(room, now),
            Some(until) => leftovers.push_back((until, room.to_owned())),
            None => {}
        }
        while let Some((until, _)) = leftovers.front()
            && *until <= now
        {
            if let Some((_, room)) = leftovers.pop_front() {
                self.remove(&room, now);
            }
        }
    }

    /// Removes a room, if it is still empty and has been for long enough.
    fn remove(&self, room: &str, now: Instant) {
        let mut rooms = self.list();
        let is_over = rooms.get(room).is_some_and(|log| {
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            let kept = if log.history.is_empty() { Duration::ZERO } else { self.keep_for };
            log.is_over = log.empty_since.is_some_and(|since| since + kept <= now);
            log.is_over
        });
        if is_over {
            rooms.remove(room);
        }
    }
}

impl Log {
    fn begin() -> Arc<Mutex<Self>> {
        Arc::new(Mutex::new(Self {
            last: RoomPosition { life: random(), number: 0 },
            listeners: 0,
            present: BTreeMap::new(),
            history: VecDeque::new(),
            forgotten: None,
            empty_since: None,
            is_over: false,
        }))
    }

    fn is_idle(&self) -> bool {
        self.listeners == 0 && self.present.is_empty()
    }

    fn keep(&mut self, entry: &Arc<RoomEntry>, most: usize) {
        self.history.push_back(entry.clone());
        if self.history.len() > most {
            self.forgotten = self.history.pop_front().and_then(|entry| entry.position());
        }
    }
}

/// All futures are ready at once.
fn done<'a, T: Send + 'a>(value: T) -> RoomFuture<'a, T> {
    Box::pin(ready(Ok(value)))
}

impl RoomStore for MemoryRooms {
    fn start(&self, delivery: RoomDelivery) {
        let _ = self.delivery.set(delivery);
    }

    fn listen<'a>(&'a self, room: &'a str) -> RoomFuture<'a, ()> {
        self.with(room, |log| {
            log.listeners += 1;
            log.empty_since = None;
        });
        done(())
    }

    fn unlisten(&self, room: &str) {
        self.with_known(room, |log| log.listeners = log.listeners.saturating_sub(1));
        self.tidy(room);
    }

    fn append<'a>(&'a self, room: &'a str, entry: NewRoomEntry) -> RoomFuture<'a, RoomPosition> {
        let position = self.push(room, entry.clone(), |log| {
            if let (RoomEntryKind::Joined, Some(member)) = (entry.kind, entry.member) {
                log.present.insert(member.number, (member, entry.json));
            }
            true
        });
        done(position)
    }

    fn leave(&self, room: &str, entry: NewRoomEntry) {
        let member = entry.member;
        self.push(room, entry, |log| member.is_some_and(|member| log.present.remove(&member.number).is_some()));
    }

    fn history<'a>(&'a self, room: &'a str, after: Option<RoomPosition>) -> RoomFuture<'a, RoomHistory> {
        let history = self.with(room, |log| {
            let is_wanted = |entry: &&Arc<RoomEntry>| match (after, entry.position()) {
                (Some(after), Some(position)) => position.is_after(after),
                _ => true,
            };
            let messages = log.history.iter().filter(is_wanted).cloned().collect();
            let is_missing_some = after.is_some_and(|after| {
                after.life != log.last.life || log.forgotten.is_some_and(|forgotten| forgotten.is_after(after))
            });
            RoomHistory { messages, is_missing_some }
        });
        done(history)
    }

    fn present<'a>(&'a self, room: &'a str) -> RoomFuture<'a, Vec<(MemberId, Bytes)>> {
        done(self.with_known(room, |log| log.present.values().cloned().collect()).unwrap_or_default())
    }
}

impl fmt::Debug for MemoryRooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryRooms").field("history", &self.history).field("rooms", &self.list().len()).finish()
    }
}
