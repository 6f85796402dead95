use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde::Serialize;

use super::entry::{MemberId, RoomEntry, RoomPosition};
use super::handle;
use super::hub::{Hub, Seat};
use super::news::RoomEvent;
use super::store::RoomError;

/// One member of a room: a [`Stream`] of what happens there. It leaves when it is dropped.
///
/// The stream ends when the member was dropped because it did not read: see [`Rooms::queue`](crate::Rooms::queue).
pub struct RoomMember<M, P = String> {
    place: Place,
    /// What was kept, and is read first.
    replay: VecDeque<Arc<RoomEntry>>,
    /// The last of that: what is delivered again is left out.
    replayed: Option<RoomPosition>,
    types: PhantomData<fn() -> (M, P)>,
}

/// A seat in a room, as long as this is there.
pub(super) struct Place {
    pub hub: Arc<Hub>,
    pub seat: Seat,
}

impl Place {
    pub fn take(hub: &Arc<Hub>, seat: Seat) -> Self {
        hub.sit(&seat);
        Self { hub: hub.clone(), seat }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.hub.rise(&self.seat);
    }
}

impl<M, P> RoomMember<M, P> {
    pub(super) fn new(place: Place, replay: VecDeque<Arc<RoomEntry>>) -> Self {
        let replayed = replay.iter().rev().find_map(|entry| entry.position());
        Self { place, replay, replayed, types: PhantomData }
    }

    /// The member's id.
    pub fn id(&self) -> MemberId {
        self.place.seat.id
    }

    /// The name of the room.
    pub fn room(&self) -> &str {
        &self.place.seat.room
    }

    /// Waits for the next thing that happens in the room. `None` when the member was dropped because it did not read. If
    /// the future is dropped, nothing is lost.
    pub async fn next(&mut self) -> Option<RoomEvent<M, P>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Publishes a message in the room, which this member gets, too.
    ///
    /// # Errors
    /// Returns an error if the message does not serialize, or the store does not work.
    pub async fn publish(&self, message: &M) -> Result<RoomPosition, RoomError>
    where
        M: Serialize,
    {
        handle::publish(&self.place.hub, self.room(), Some(self.id()), message).await
    }

    /// Whether the member was dropped because it did not read.
    pub fn is_dropped(&self) -> bool {
        self.place.seat.queue.is_dropped()
    }

    /// Resolves when the member is dropped because it did not read: for whoever waits for a slow client instead of reading.
    /// The future does not borrow the member.
    pub fn dropped(&self) -> impl Future<Output = ()> + Send + use<M, P> {
        self.place.seat.queue.dropped()
    }
}

impl<M, P> Stream for RoomMember<M, P> {
    type Item = RoomEvent<M, P>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if !self.is_dropped()
            && let Some(entry) = self.replay.pop_front()
        {
            if self.replay.is_empty() {
                self.replay = VecDeque::new();
            }
            return Poll::Ready(Some(RoomEvent::new(entry)));
        }
        loop {
            let entry = match self.place.seat.queue.poll_next(cx) {
                Poll::Ready(Some(entry)) => entry,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            };
            if let (Some(position), Some(replayed)) = (entry.position(), self.replayed) {
                if !position.is_after(replayed) {
                    continue;
                }
                self.replayed = None;
            }
            return Poll::Ready(Some(RoomEvent::new(entry)));
        }
    }
}

impl<M, P> Unpin for RoomMember<M, P> {}

impl<M, P> fmt::Debug for RoomMember<M, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoomMember").field("room", &self.room()).field("id", &self.id()).finish_non_exhaustive()
    }
}
