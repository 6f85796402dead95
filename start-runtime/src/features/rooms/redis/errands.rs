//! The thread of the rooms: does the errands of all workers, one after another where they are sent, and together where
//! they wait.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use ::redis::aio::PubSubSink;
use ::redis::{FromRedisValue, Script};
use actix_web::web::Bytes;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::{oneshot, watch};
use tokio::task::{LocalSet, spawn_local};
use tokio::time::timeout;

use super::Settings;
use super::local::Locals;
use super::published;
use super::scripts::{BEHIND, HISTORY, LEAVE, LOG, PRESENT, PUSH};
use super::wire;
use crate::features::rooms::entry::{MemberId, RoomEntryKind, RoomPosition};
use crate::features::rooms::hub::{RoomDelivery, random};
use crate::features::rooms::store::{NewRoomEntry, RoomError, RoomHistory};

/// How long whoever listens waits for the server.
const LISTEN: Duration = Duration::from_secs(2);

/// Something to do, and where the answer goes.
pub enum Errand {
    Listen(String, Reply<()>),
    Unlisten(String),
    Append(String, NewRoomEntry, Reply<RoomPosition>),
    Leave(String, NewRoomEntry),
    History(String, Option<RoomPosition>, Reply<RoomHistory>),
    Present(String, Reply<Vec<(MemberId, Bytes)>>),
}

pub type Reply<T> = oneshot::Sender<Result<T, RoomError>>;

/// What the thread has.
pub struct Desk {
    pub settings: Settings,
    pub delivery: RoomDelivery,
    pub locals: RefCell<Locals>,
    /// The way to say which channels are listened to, while there is one.
    pub sink: watch::Sender<Option<PubSubSink>>,
}

/// Does errands until the store is gone.
pub fn run(settings: Settings, delivery: RoomDelivery, mut errands: UnboundedReceiver<Errand>) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return tracing::error!("the thread of the rooms cannot run: {error}"),
    };
    let desk = Rc::new(Desk { settings, delivery, locals: RefCell::default(), sink: watch::Sender::new(None) });
    LocalSet::new().block_on(&runtime, async move {
        // It ends with the errands.
        let published = spawn_local(published::run(desk.clone()));
        while let Some(errand) = errands.recv().await {
            desk.take(errand);
        }
        published.abort();
    });
}

impl Desk {
    /// What has to be known at once is noted at once; the rest is a task.
    fn take(self: &Rc<Self>, errand: Errand) {
        let desk = self.clone();
        match errand {
            Errand::Listen(room, reply) => {
                desk.locals.borrow_mut().rooms.entry(room.clone()).or_default().listeners += 1;
                answer(reply, async move { desk.listen(&room).await });
            }
            Errand::Unlisten(room) => self.unlisten(&room),
            Errand::Append(room, entry, reply) => answer(reply, async move { desk.append(&room, entry).await }),
            Errand::Leave(room, entry) => drop(spawn_local(async move { desk.leave(room, entry).await })),
            Errand::History(room, after, reply) => answer(reply, async move { desk.history(&room, after).await }),
            Errand::Present(room, reply) => answer(reply, async move { desk.present(&room).await }),
        }
    }

    /// The keys of a room; the first is its channel as well.
    pub fn keys(&self, room: &str) -> [String; 4] {
        ["", ":log", ":history", ":present"].map(|part| format!("{}{part}", self.settings.redis.key("room", &[room])))
    }

    /// What the keys of processes begin with.
    pub fn process_keys(&self) -> String {
        format!("{}:", self.settings.redis.key("processes", &[]))
    }

    /// Runs a script on the keys of a room.
    pub async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        room: &str,
        arguments: &[&[u8]],
    ) -> Result<T, RoomError> {
        let mut call = script.prepare_invoke();
        for key in self.keys(room) {
            call.key(key);
        }
        for argument in arguments {
            call.arg(*argument);
        }
        self.settings.redis.ask(async |connection| call.invoke_async(connection).await).await.map_err(RoomError::store)
    }

    /// The same for scripts that append.
    pub async fn run_append<T: FromRedisValue>(
        &self,
        script: &Script,
        room: &str,
        more: &[&[u8]],
    ) -> Result<T, RoomError> {
        let life = format!("{:x}", random());
        let history = self.settings.history.to_string();
        let kept = self.settings.keep_for.as_millis().to_string();
        let log = LOG.to_string();
        let own: [&[u8]; 4] = [life.as_bytes(), history.as_bytes(), kept.as_bytes(), log.as_bytes()];
        self.run(script, room, &[&own, more].concat()).await
    }

    async fn listen(&self, room: &str) -> Result<(), RoomError> {
        let mut sink = self.sink.subscribe();
        let away = || RoomError::store(format!("{} is away", self.settings.redis.place()));
        let waiting = timeout(LISTEN, sink.wait_for(Option::is_some));
        let sink = waiting.await.map_err(|_| away())?.map_err(|_| away())?.clone();
        let Some(mut sink) = sink else { return Err(away()) };
        // Asked before: whatever is appended from here on shows as a gap, if it does not come.
        let (life, number, _) = self.behind(room, None).await?;
        if let Some(local) = self.locals.borrow_mut().rooms.get_mut(room)
            && local.last.is_none()
        {
            local.last = life.map(|life| RoomPosition { life, number });
        }
        let [channel, ..] = self.keys(room);
        self.locals.borrow_mut().channels.insert(channel.clone(), room.to_owned());
        timeout(LISTEN, sink.subscribe(channel)).await.map_err(|_| away())?.map_err(RoomError::store)
    }

    fn unlisten(self: &Rc<Self>, room: &str) {
        let mut locals = self.locals.borrow_mut();
        let Some(local) = locals.rooms.get_mut(room) else { return };
        local.listeners = local.listeners.saturating_sub(1);
        if local.listeners > 0 {
            return;
        }
        locals.rooms.remove(room);
        let [channel, ..] = self.keys(room);
        locals.channels.remove(&channel);
        let sink = self.sink.borrow().clone();
        let (desk, room) = (self.clone(), room.to_owned());
        spawn_local(async move {
            // Somebody may have come in the meantime.
            let is_needed = desk.locals.borrow().rooms.contains_key(&room);
            if let (Some(mut sink), false) = (sink, is_needed) {
                // A connection that is lost listens to nothing.
                let _ = sink.unsubscribe(channel).await;
            }
        });
    }

    async fn append(&self, room: &str, entry: NewRoomEntry) -> Result<RoomPosition, RoomError> {
        let NewRoomEntry { kind, member, json } = entry;
        if let (RoomEntryKind::Joined, Some(member)) = (kind, member) {
            let is_first = {
                let mut locals = self.locals.borrow_mut();
                if let Some(local) = locals.rooms.get_mut(room) {
                    local.members.insert(member, json.clone());
                }
                locals.processes.insert(member.process)
            };
            if is_first && let Err(error) = self.live().await {
                self.locals.borrow_mut().processes.remove(&member.process);
                return Err(error);
            }
        }
        let text = wire::member_text(member);
        let more: [&[u8]; 3] = [wire::letter(kind).as_bytes(), text.as_bytes(), &json];
        let position: String = self.run_append(&PUSH, room, &more).await?;
        position.parse().map_err(RoomError::store)
    }

    pub async fn leave(&self, room: String, entry: NewRoomEntry) {
        let Some(member) = entry.member else { return };
        if let Some(local) = self.locals.borrow_mut().rooms.get_mut(&room) {
            local.members.remove(&member);
        }
        let text = wire::member_text(Some(member));
        let left = self.run_append::<u64>(&LEAVE, &room, &[text.as_bytes(), &entry.json]).await;
        if left.is_err() {
            // Told once the server is back.
            self.locals.borrow_mut().leaves.push((room, entry));
        }
    }

    async fn history(&self, room: &str, after: Option<RoomPosition>) -> Result<RoomHistory, RoomError> {
        let (life, forgotten, kept): (String, u64, Vec<Vec<u8>>) = self.run(&HISTORY, room, &[]).await?;
        let life = u64::from_str_radix(&life, 16).ok();
        let entries = kept.iter().filter_map(|bytes| wire::read(bytes));
        let wanted = entries.filter(|(position, _)| after.is_none_or(|after| position.is_after(after)));
        let messages = wanted.map(|(_, entry)| entry).collect();
        let is_missing_some = after.is_some_and(|after| Some(after.life) != life || forgotten > after.number);
        Ok(RoomHistory { messages, is_missing_some })
    }

    async fn present(&self, room: &str) -> Result<Vec<(MemberId, Bytes)>, RoomError> {
        let found: Vec<(String, Vec<u8>)> = self.run(&PRESENT, room, &[self.process_keys().as_bytes()]).await?;
        let read = |(member, value): (String, Vec<u8>)| {
            let space = value.iter().position(|byte| *byte == b' ')?;
            let number: u64 = std::str::from_utf8(&value[..space]).ok()?.parse().ok()?;
            Some((number, wire::read_member(&member)?, Bytes::from(value).slice(space + 1..)))
        };
        let mut found: Vec<_> = found.into_iter().filter_map(read).collect();
        found.sort_by_key(|(number, member, _)| (*number, *member));
        Ok(found.into_iter().map(|(_, member, json)| (member, json)).collect())
    }

    /// The life of a room and its last number, and the entries behind a position, as far as they are there.
    pub async fn behind(
        &self,
        room: &str,
        last: Option<RoomPosition>,
    ) -> Result<(Option<u64>, u64, Vec<Vec<u8>>), RoomError> {
        let (life, number) = last.map_or((String::new(), 0), |last| (format!("{:x}", last.life), last.number));
        let arguments = [life, number.to_string()];
        let found: (String, u64, Vec<Vec<u8>>) =
            self.run(&BEHIND, room, &[arguments[0].as_bytes(), arguments[1].as_bytes()]).await?;
        Ok((u64::from_str_radix(&found.0, 16).ok(), found.1, found.2))
    }

    /// Says that this process lives.
    pub async fn live(&self) -> Result<(), RoomError> {
        let processes: Vec<u64> = self.locals.borrow().processes.iter().copied().collect();
        for process in processes {
            let mut command = ::redis::cmd("SET");
            let lasts = u64::try_from(published::LIVES.as_millis()).unwrap_or(u64::MAX);
            command.arg(format!("{}{process:016x}", self.process_keys())).arg(1).arg("PX").arg(lasts);
            let asked = self.settings.redis.ask(async |connection| command.query_async::<()>(connection).await);
            asked.await.map_err(RoomError::store)?;
        }
        Ok(())
    }
}

fn answer<T: 'static>(reply: Reply<T>, work: impl Future<Output = Result<T, RoomError>> + 'static) {
    spawn_local(async move {
        // Whoever has asked may have gone.
        let _ = reply.send(work.await);
    });
}
