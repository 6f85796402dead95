//! Rooms of several processes, in Redis or Valkey.
//!
//! The store keeps no connection of its own for each worker: a thread of its own has one for commands and one for what is
//! published, and does the errands of all workers.
//!
//! - `append` is one script, which numbers an entry, keeps it and publishes it in one step. So what is published comes in the
//!   order of its numbers, and a gap in the numbers is a loss.
//! - The last entries of a room stay in a log. Who has lost some, by a broken connection, reads them from there: a member
//!   hears of a loss only if they are gone from the log as well.
//! - A process says every few seconds that it lives. The members of one that does not are removed by the others.

mod errands;
mod local;
mod published;
mod scripts;
mod wire;

use std::fmt;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use actix_web::web::Bytes;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use super::entry::{MemberId, RoomPosition};
use super::hub::RoomDelivery;
use super::store::{NewRoomEntry, RoomError, RoomFuture, RoomHistory, RoomStore};
use crate::base::timeouts::bounded;
use crate::redis::Redis;
use errands::{Errand, Reply};

/// How long the messages of an empty room are kept, unless [`RedisRooms::keep_for`] says otherwise: ten minutes.
const KEEP_FOR: Duration = Duration::from_secs(600);

/// Rooms that several processes share, in Redis or Valkey. Needs the feature `redis`.
///
/// ```no_run
/// use start_runtime::{Redis, RedisRooms, Rooms};
///
/// # fn main() -> std::io::Result<()> {
/// let rooms = Rooms::<String>::over(RedisRooms::new(Redis::from_env()?).history(100));
/// # drop(rooms);
/// # Ok(()) }
/// ```
///
/// All members get what is said in a room, whichever process they are connected to, in one order. While the server is away,
/// members stay, nothing new comes, and publishing is an error. Once it is back, what was missed is delivered; where it is
/// gone, members read [`RoomNews::Missed`](crate::RoomNews::Missed). The members of a process that dies leave within 20
/// seconds.
pub struct RedisRooms {
    settings: Settings,
    errands: OnceLock<UnboundedSender<Errand>>,
}

/// What the program has chosen.
#[derive(Clone)]
struct Settings {
    redis: Redis,
    history: usize,
    keep_for: Duration,
}

impl RedisRooms {
    /// Rooms that keep no messages.
    pub fn new(redis: Redis) -> Self {
        Self { settings: Settings { redis, history: 0, keep_for: KEEP_FOR }, errands: OnceLock::new() }
    }

    /// Keeps the last messages of each room: for members that come later, and for those that come again.
    #[must_use]
    pub fn history(mut self, messages: usize) -> Self {
        self.settings.history = messages;
        self
    }

    /// Sets how long a room that is empty keeps its messages: ten minutes unless set, at least a minute, at most a year.
    #[must_use]
    pub fn keep_for(mut self, time: Duration) -> Self {
        self.settings.keep_for = bounded(time).max(Duration::from_secs(60));
        self
    }

    /// Leaves an errand for the thread, and waits until it is done.
    fn ask<'a, T: Send + 'a>(&'a self, errand: impl FnOnce(Reply<T>) -> Errand) -> RoomFuture<'a, T> {
        let (reply, answer) = oneshot::channel();
        self.leave_errand(errand(reply));
        Box::pin(
            async move { answer.await.unwrap_or_else(|_| Err(RoomError::store("the thread of the rooms is gone"))) },
        )
    }

    fn leave_errand(&self, errand: Errand) {
        if let Some(errands) = self.errands.get() {
            // Without the thread, whoever waits for the answer is told.
            let _ = errands.send(errand);
        }
    }
}

impl RoomStore for RedisRooms {
    fn start(&self, delivery: RoomDelivery) {
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
        let settings = self.settings.clone();
        let begun = thread::Builder::new()
            .name("start-rooms".to_owned())
            .spawn(move || errands::run(settings, delivery, receiver));
        match begun {
            Ok(_) => drop(self.errands.set(sender)),
            Err(error) => tracing::error!("the thread of the rooms cannot be started: {error}"),
        }
    }

    fn listen<'a>(&'a self, room: &'a str) -> RoomFuture<'a, ()> {
        self.ask(|reply| Errand::Listen(room.into(), reply))
    }

    fn unlisten(&self, room: &str) {
        self.leave_errand(Errand::Unlisten(room.into()));
    }

    fn append<'a>(&'a self, room: &'a str, entry: NewRoomEntry) -> RoomFuture<'a, RoomPosition> {
        self.ask(|reply| Errand::Append(room.into(), entry, reply))
    }

    fn leave(&self, room: &str, entry: NewRoomEntry) {
        self.leave_errand(Errand::Leave(room.into(), entry));
    }

    fn history<'a>(&'a self, room: &'a str, after: Option<RoomPosition>) -> RoomFuture<'a, RoomHistory> {
        self.ask(|reply| Errand::History(room.into(), after, reply))
    }

    fn present<'a>(&'a self, room: &'a str) -> RoomFuture<'a, Vec<(MemberId, Bytes)>> {
        self.ask(|reply| Errand::Present(room.into(), reply))
    }
}

impl fmt::Debug for RedisRooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisRooms").field("redis", &self.settings.redis).finish_non_exhaustive()
    }
}
