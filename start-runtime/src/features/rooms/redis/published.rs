//! What is published comes in here: connects, connects again, and catches up.

use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use ::redis::aio::PubSub;
use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use tokio::task::spawn_local;
use tokio::time::{Instant, interval, sleep, timeout};

use super::errands::Desk;
use super::scripts::TEND;
use super::wire;
use crate::features::rooms::entry::RoomPosition;
use crate::features::rooms::store::RoomError;

/// How long a process counts as alive after it has last said so, and how often it does.
pub const LIVES: Duration = Duration::from_secs(15);
const BEAT: Duration = Duration::from_secs(5);

/// How long to wait after a connection was lost or could not be made.
const PAUSE: Duration = Duration::from_millis(100);

/// How long the server may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// Listens for ever.
pub async fn run(desk: Rc<Desk>) {
    let (mut is_first, mut was_away) = (true, false);
    loop {
        match desk.settings.redis.listen().await {
            Ok(connection) => {
                if std::mem::take(&mut was_away) {
                    tracing::info!(target: "start_runtime::rooms", "the server of the rooms is back");
                }
                let is_again = !std::mem::take(&mut is_first);
                let reason = desk.follow(connection, is_again).await;
                tracing::warn!(target: "start_runtime::rooms", "the connection of the rooms is lost, and made anew: {reason}");
                desk.sink.send_replace(None);
            }
            Err(fault) if !std::mem::replace(&mut was_away, true) => {
                tracing::warn!(target: "start_runtime::rooms", "rooms wait for their server: {fault}");
            }
            Err(_) => {}
        }
        sleep(PAUSE).await;
    }
}

impl Desk {
    /// Delivers what comes, until the connection is lost. Returns why it is.
    async fn follow(self: &Rc<Self>, connection: PubSub, is_again: bool) -> String {
        let (mut sink, mut stream) = connection.split();
        let known: Vec<String> = self.locals.borrow().rooms.keys().cloned().collect();
        for room in &known {
            let [channel, ..] = self.keys(room);
            self.locals.borrow_mut().channels.insert(channel.clone(), room.clone());
            if let Err(error) = sink.subscribe(channel).await {
                return error.to_string();
            }
        }
        self.sink.send_replace(Some(sink.clone()));
        let began = Instant::now();
        if is_again && let Err(error) = self.come_back(&known).await {
            return error.to_string();
        }
        let mut beat = interval(BEAT);
        loop {
            match select(pin!(stream.next()), pin!(beat.tick())).await {
                Either::Left((None, _)) => return "it was closed".to_owned(),
                Either::Left((Some(message), _)) => {
                    let room = self.locals.borrow().channels.get(message.get_channel_name()).cloned();
                    if let Some(room) = room {
                        self.arrive(&room, message.get_payload_bytes()).await;
                    }
                }
                Either::Right(_) => {
                    let desk = self.clone();
                    // Those who were away as we were get the time to say that they live.
                    let removes = began.elapsed() > LIVES;
                    spawn_local(async move { desk.tend(removes).await });
                    match timeout(PATIENCE, sink.ping::<::redis::Value>()).await {
                        Ok(Ok(_)) => {}
                        Ok(Err(error)) => return error.to_string(),
                        Err(_) => return format!("no answer within {PATIENCE:?}"),
                    }
                }
            }
        }
    }

    /// After an outage: writes down who is here, tells who has left, and catches up.
    async fn come_back(&self, known: &[String]) -> Result<(), RoomError> {
        self.live().await?;
        let leaves = std::mem::take(&mut self.locals.borrow_mut().leaves);
        for room in known {
            self.catch_up(room).await?;
            self.tend_room(room, false).await?;
        }
        for (room, entry) in leaves {
            self.leave(room, entry).await;
        }
        Ok(())
    }

    /// An entry has come.
    async fn arrive(&self, room: &str, bytes: &[u8]) {
        let Some((position, _)) = wire::read(bytes) else { return };
        let last = self.locals.borrow().rooms.get(room).and_then(|local| local.last);
        let is_next = match last {
            Some(last) => position.life == last.life && position.number == last.number + 1,
            // The room was not there when somebody began to listen.
            None => position.number == 1,
        };
        let is_old = last.is_some_and(|last| !position.is_after(last));
        if is_next {
            self.deliver(room, bytes);
        } else if !is_old {
            // What is between is in the log, this one too.
            if let Err(error) = self.catch_up(room).await {
                tracing::warn!(target: "start_runtime::rooms", "entries of a room are lost: {error}");
                self.delivery.missed(Some(room));
                self.deliver(room, bytes);
            }
        }
    }

    /// Delivers what is behind the last entry that came.
    async fn catch_up(&self, room: &str) -> Result<(), RoomError> {
        let last = self.locals.borrow().rooms.get(room).and_then(|local| local.last);
        let (life, number, entries) = self.behind(room, last).await?;
        match (life, last) {
            (Some(life), Some(last)) if life == last.life => {
                let missing = number.saturating_sub(last.number);
                if (entries.len() as u64) < missing {
                    self.delivery.missed(Some(room));
                }
            }
            // Another life, or the server has lost the room.
            (_, Some(_)) => self.delivery.missed(Some(room)),
            (_, None) => {}
        }
        let is_same = life.is_some() && life == last.map(|last| last.life);
        if !is_same {
            // From the beginning of this life: nobody has seen any of it.
            let begin = life.map(|life| RoomPosition { life, number: 0 });
            let (_, _, entries) = match begin {
                Some(_) => self.behind(room, begin).await?,
                None => (None, 0, Vec::new()),
            };
            if let Some(local) = self.locals.borrow_mut().rooms.get_mut(room) {
                local.last = begin;
            }
            entries.iter().for_each(|entry| self.deliver(room, entry));
            return Ok(());
        }
        entries.iter().for_each(|entry| self.deliver(room, entry));
        Ok(())
    }

    fn deliver(&self, room: &str, bytes: &[u8]) {
        let Some((position, entry)) = wire::read(bytes) else { return };
        if let Some(local) = self.locals.borrow_mut().rooms.get_mut(room) {
            local.last = Some(position);
        }
        drop(self.delivery.deliver(room, &entry));
    }

    /// Keeps what belongs to this process, and removes what belongs to those that are gone.
    async fn tend(&self, removes: bool) {
        let known: Vec<String> = self.locals.borrow().rooms.keys().cloned().collect();
        let mut tended = self.live().await;
        for room in known {
            if tended.is_ok() {
                tended = self.tend_room(&room, removes).await;
            }
        }
        if let Err(error) = tended {
            tracing::debug!(target: "start_runtime::rooms", "rooms were not tended: {error}");
        }
        let leaves = std::mem::take(&mut self.locals.borrow_mut().leaves);
        for (room, entry) in leaves {
            self.leave(room, entry).await;
        }
    }

    async fn tend_room(&self, room: &str, removes: bool) -> Result<(), RoomError> {
        let members: Vec<(String, Vec<u8>)> = match self.locals.borrow().rooms.get(room) {
            Some(local) => {
                let all = local.members.iter();
                all.map(|(member, json)| (wire::member_text(Some(*member)), json.to_vec())).collect()
            }
            None => return Ok(()),
        };
        let processes = self.process_keys();
        let mut more: Vec<&[u8]> = vec![processes.as_bytes(), if removes { b"1" } else { b"0" }];
        for (member, json) in &members {
            more.extend([member.as_bytes(), json.as_slice()]);
        }
        self.run_append::<u64>(&TEND, room, &more).await.map(drop)
    }
}
