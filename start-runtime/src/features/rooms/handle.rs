use std::collections::VecDeque;
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::web::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::entry::{MemberId, RoomEntry, RoomEntryKind, RoomPosition};
use super::hub::{Hub, Seat};
use super::member::{Place, RoomMember};
use super::memory::MemoryRooms;
use super::queue::Queue;
use super::store::{NewRoomEntry, RoomError, RoomStore};
use crate::response::to_json;

/// How many events a member may leave unread, unless [`Rooms::queue`] says otherwise.
pub const DEFAULT_ROOM_QUEUE: usize = 256;

/// Rooms with messages of the type `M`, in which clients of a program meet, whatever protocol they speak and whichever worker
/// they are connected to. Members say who they are with a `P`.
///
/// ```
/// use futures_util::StreamExt as _;
/// use start_runtime::{RoomNews, Rooms, prelude::*, test};
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Said {
///     text: String,
/// }
///
/// #[api_route(POST, "/api/rooms/[room]")]
/// async fn say(room: String, rooms: Data<Rooms<Said>>, Json(said): Json<Said>) -> Result<(), Problem> {
///     rooms.publish(&room, &said).await?;
///     Ok(())
/// }
///
/// # fn main() -> Result<(), Problem> { start_runtime::__rt::block_on(async {
/// let rooms = Rooms::<Said>::new();
/// let app = test::app_with(Start::new().data(rooms.clone()));
/// let mut luna = rooms.join("owlery", "Luna".to_owned()).await?;
/// app.post("/api/rooms/owlery").json(&Said { text: "hello".into() }).await;
/// assert!(matches!(luna.next().await.unwrap().news(), RoomNews::Joined(who) if who == "Luna"));
/// assert!(matches!(luna.next().await.unwrap().news(), RoomNews::Message(said) if said.text == "hello"));
/// # Ok(()) }) }
/// ```
///
/// - All members of a room get what they get in one order, and the messages of one sender in the order in which they were
///   sent.
/// - A room is there while it has members; its name may be any text.
/// - A message is written to JSON once, whatever the number of members ([`RoomEvent::json`](crate::RoomEvent::json),
///   [`RoomEvent::once`](crate::RoomEvent::once)).
///
/// A clone is another handle to the same rooms. They are in the memory of the process, or in another [`RoomStore`].
pub struct Rooms<M, P = String> {
    hub: Arc<Hub>,
    types: PhantomData<fn() -> (M, P)>,
}

impl<M, P> Rooms<M, P> {
    /// Rooms in the memory of this process, without history: [`MemoryRooms`].
    pub fn new() -> Self {
        Self::over(MemoryRooms::new())
    }

    /// Rooms in a store. A `Box<dyn RoomStore>` is one, too.
    pub fn over(store: impl RoomStore) -> Self {
        Self { hub: Hub::new(Box::new(store)), types: PhantomData }
    }

    /// Sets how many events a member may leave unread: 256 unless set, at least 1. One that leaves more unread is dropped: it
    /// leaves the room, its stream ends, and [`RoomMember::dropped`] resolves. Nobody else waits for it.
    #[must_use]
    pub fn queue(self, events: usize) -> Self {
        self.hub.set_limit(events);
        self
    }

    /// Lets members that do not read lose their oldest events instead of their place: they read how many
    /// ([`RoomNews::Missed`](crate::RoomNews::Missed)), and go on.
    #[must_use]
    pub fn lagging(self) -> Self {
        self.hub.set_lags();
        self
    }

    /// Listens to a room without being there: others do not learn of it.
    pub fn subscribe(&self, room: &str) -> JoinRoom<M, P> {
        JoinRoom { hub: self.hub.clone(), room: room.into(), who: None, replay: None, types: PhantomData }
    }

    /// Publishes a message in a room. Nothing happens if nobody is there and no messages are kept.
    ///
    /// # Errors
    /// Returns an error if the message does not serialize, or the store does not work.
    pub async fn publish(&self, room: &str, message: &M) -> Result<RoomPosition, RoomError>
    where
        M: Serialize,
    {
        publish(&self.hub, room, None, message).await
    }

    /// Who is in a room, in the order in which they joined. Those that only listen are not.
    ///
    /// # Errors
    /// Returns an error if the store does not work.
    pub async fn present(&self, room: &str) -> Result<Vec<Present<P>>, RoomError>
    where
        P: DeserializeOwned,
    {
        let all = self.hub.store.present(room).await?;
        // What cannot be read was written by another version of the program.
        let read = |(id, json): (MemberId, Bytes)| Some(Present { id, who: serde_json::from_slice(&json).ok()? });
        Ok(all.into_iter().filter_map(read).collect())
    }
}

impl<M, P: Serialize> Rooms<M, P> {
    /// Joins a room: all members learn of it, the new one as its first news. It leaves when it is dropped.
    ///
    /// # Errors
    /// When awaited, returns an error if `who` does not serialize, or the store does not work.
    #[allow(clippy::needless_pass_by_value, reason = "a name is handed in, not lent")]
    pub fn join(&self, room: &str, who: P) -> JoinRoom<M, P> {
        let who = to_json(&who).map_err(|error| RoomError::Serialize(error.to_string()));
        JoinRoom { hub: self.hub.clone(), room: room.into(), who: Some(who), replay: None, types: PhantomData }
    }
}

/// Publishes for a member, or for nobody in the room.
pub async fn publish<M: Serialize>(
    hub: &Hub,
    room: &str,
    member: Option<MemberId>,
    message: &M,
) -> Result<RoomPosition, RoomError> {
    let json = to_json(message).map_err(|error| RoomError::Serialize(error.to_string()))?;
    hub.store.append(room, NewRoomEntry { kind: RoomEntryKind::Message, member, json }).await
}

/// Somebody who is in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present<P> {
    /// The member.
    pub id: MemberId,
    /// Who that is.
    pub who: P,
}

/// Joins a room when it is awaited. Returned by [`Rooms::join`] and [`Rooms::subscribe`].
#[must_use = "nobody joins before this is awaited"]
pub struct JoinRoom<M, P = String> {
    hub: Arc<Hub>,
    room: Arc<str>,
    who: Option<Result<Bytes, RoomError>>,
    /// What is read first, if it is wanted.
    replay: Option<Option<RoomPosition>>,
    types: PhantomData<fn() -> (M, P)>,
}

impl<M, P> JoinRoom<M, P> {
    /// Reads the messages first that the room has kept: those behind `last`, or all. For a client that comes again, `last`
    /// is the id of the last event that it has seen (`LastEventId<RoomPosition>`): it misses nothing and gets nothing twice.
    /// If messages behind `last` are gone, [`RoomNews::Missed`](crate::RoomNews::Missed) comes before all others.
    pub fn replay_after(mut self, last: Option<RoomPosition>) -> Self {
        self.replay = Some(last);
        self
    }

    async fn join(self) -> Result<RoomMember<M, P>, RoomError> {
        let Self { hub, room, who, replay, .. } = self;
        let (id, who) = (hub.new_id(), who.transpose()?);
        let waits_for = (who.is_some() && replay.is_none()).then_some(id);
        // From here on, what is delivered is queued, and whoever drops the future leaves.
        let place = Place::take(&hub, Seat { room, id, who, queue: Queue::new(waits_for) });
        let room = place.seat.room.clone();
        hub.store.listen(&room).await?;
        let mut kept = VecDeque::new();
        if let Some(last) = replay {
            let history = hub.store.history(&room, last).await?;
            if history.is_missing_some {
                kept.push_back(RoomEntry::missed(None));
            }
            kept.extend(history.messages);
        }
        if let Some(json) = place.seat.who.clone() {
            let joined = NewRoomEntry { kind: RoomEntryKind::Joined, member: Some(id), json };
            hub.store.append(&room, joined).await?;
        }
        Ok(RoomMember::new(place, kept))
    }
}

impl<M: 'static, P: 'static> IntoFuture for JoinRoom<M, P> {
    type Output = Result<RoomMember<M, P>, RoomError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.join())
    }
}

impl<M, P> Default for Rooms<M, P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M, P> Clone for Rooms<M, P> {
    fn clone(&self) -> Self {
        Self { hub: self.hub.clone(), types: PhantomData }
    }
}

impl<M, P> fmt::Debug for Rooms<M, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rooms").finish_non_exhaustive()
    }
}
