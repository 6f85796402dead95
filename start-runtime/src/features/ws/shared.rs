//! What the task of a socket shares with the handles of its handler.
//!
//! The task polls the handler and the connection. A handle that changes something while the task does so leaves a note, and
//! wakes the task otherwise: also from another thread.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::close::Close;
use super::message::{Message, Payload};

/// A handler that has this many messages, or bytes of messages, unread gets no more.
const MOST_UNREAD: usize = 32;
const MOST_UNREAD_BYTES: usize = 64 * 1024;

/// Bytes for the client that wait. Above this, senders wait.
const MOST_UNSENT: usize = 64 * 1024;

/// The socket is closed: nothing can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketClosed;

impl fmt::Display for SocketClosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the socket is closed")
    }
}

impl std::error::Error for SocketClosed {}

/// How a socket has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketEnd {
    /// The client closed it, and said so.
    Closed(Close),
    /// The client is gone without a word, or has not answered a ping.
    Gone,
    /// The client broke the protocol, or a limit, and was told this.
    Refused(Close),
    /// This side has closed it.
    Ours,
    /// The server stops.
    Stopping,
}

/// See above.
#[derive(Default)]
pub struct State {
    inbox: VecDeque<Message>,
    inbox_bytes: usize,
    /// Whether nobody will ask for messages any more.
    receiver_is_gone: bool,
    /// Whether the receiver has asked for more than there is.
    waits: bool,
    receiver: Option<Waker>,
    /// Frames for the client.
    outbox: Vec<u8>,
    /// Bytes that the connection has taken from the outbox, and not written yet.
    pub unwritten: usize,
    senders: Vec<Waker>,
    /// What a handle wants the socket closed with.
    close: Option<Close>,
    /// Whether nothing is taken from senders any more.
    is_closed: bool,
    end: Option<SocketEnd>,
    /// How often to ping, and how long to wait.
    pub ping: (Duration, Duration),
    task: Option<Waker>,
    is_in_turn: bool,
    has_news: bool,
}

/// A handle on the state.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<State>>);

impl Shared {
    pub fn new(ping: (Duration, Duration)) -> Self {
        Self(Arc::new(Mutex::new(State { ping, ..State::default() })))
    }

    pub fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing of a user's runs while it is locked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// For handles.
impl State {
    /// The next message; `None` when there will be none.
    pub fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Option<Message>> {
        if let Some(message) = self.inbox.pop_front() {
            self.inbox_bytes -= message.bytes().len();
            self.waits = false;
            self.tell_task();
            return Poll::Ready(Some(message));
        }
        if self.end.is_some() {
            return Poll::Ready(None);
        }
        if !self.receiver.as_ref().is_some_and(|known| known.will_wake(cx.waker())) {
            self.receiver = Some(cx.waker().clone());
        }
        // News once, or the two that are polled in turn would have news for each other for ever.
        if !self.waits {
            self.waits = true;
            self.tell_task();
        }
        Poll::Pending
    }

    /// Takes a message for the client as soon as there is room.
    pub fn poll_send(
        &mut self,
        payload: &(impl Payload + ?Sized),
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), SocketClosed>> {
        if self.is_closed {
            return Poll::Ready(Err(SocketClosed));
        }
        if self.outbox.len() + self.unwritten >= MOST_UNSENT {
            self.senders.retain(|known| !known.will_wake(cx.waker()));
            self.senders.push(cx.waker().clone());
            return Poll::Pending;
        }
        payload.append(&mut self.outbox);
        self.tell_task();
        Poll::Ready(Ok(()))
    }

    /// Asks for the end. What was sent before goes out first.
    pub fn close(&mut self, close: Close) {
        if !self.is_closed {
            self.is_closed = true;
            self.close = Some(close);
            self.tell_task();
        }
    }

    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    pub fn end(&self) -> Option<&SocketEnd> {
        self.end.as_ref()
    }

    pub fn set_ping(&mut self, every: Duration, timeout: Duration) {
        self.ping = (every, timeout);
        self.tell_task();
    }

    /// Nobody will ask for messages any more: they are dropped as they come.
    pub fn drop_receiver(&mut self) {
        self.receiver_is_gone = true;
        self.inbox = VecDeque::new();
        self.inbox_bytes = 0;
        self.tell_task();
    }

    fn tell_task(&mut self) {
        self.has_news = true;
        if !self.is_in_turn
            && let Some(task) = &self.task
        {
            task.wake_by_ref();
        }
    }
}

/// For the connection.
impl State {
    /// Whether the handler takes more messages.
    pub fn has_room(&self) -> bool {
        self.receiver_is_gone || (self.inbox.len() < MOST_UNREAD && self.inbox_bytes < MOST_UNREAD_BYTES)
    }

    /// Hands a message on.
    pub fn push(&mut self, message: Message) {
        if self.receiver_is_gone || self.end.is_some() {
            return;
        }
        self.inbox_bytes += message.bytes().len();
        self.inbox.push_back(message);
        self.wake_receiver();
    }

    /// Whether the handler has seen all messages, and waits for more.
    pub fn is_drained(&self) -> bool {
        self.receiver_is_gone || (self.inbox.is_empty() && self.waits)
    }

    /// Nothing is taken any more: senders get errors, and the receiver its end behind what it has not read.
    pub fn finish(&mut self, end: SocketEnd) {
        self.is_closed = true;
        if self.end.is_none() {
            self.end = Some(end);
        }
        self.wake_receiver();
        self.wake_senders();
    }

    /// What a handle wants the socket closed with. Asked once.
    pub fn take_close(&mut self) -> Option<Close> {
        self.close.take()
    }

    /// Moves the frames that wait to the end of `out`.
    pub fn take_outbox(&mut self, out: &mut Vec<u8>) {
        if out.is_empty() {
            std::mem::swap(out, &mut self.outbox);
        } else {
            out.append(&mut self.outbox);
        }
        if self.outbox.is_empty() {
            self.outbox = Vec::new();
        }
    }

    /// Says how much is still to be written; senders that wait for room go on.
    pub fn set_unwritten(&mut self, bytes: usize) {
        self.unwritten = bytes;
        if self.outbox.len() + bytes < MOST_UNSENT {
            self.wake_senders();
        }
    }

    fn wake_senders(&mut self) {
        for sender in std::mem::take(&mut self.senders) {
            self.wake(&sender);
        }
    }

    fn wake_receiver(&mut self) {
        if let Some(receiver) = self.receiver.take() {
            self.wake(&receiver);
        }
    }

    /// What waits within the task itself is polled again without being woken.
    fn wake(&mut self, waker: &Waker) {
        let is_of_task = self.is_in_turn && self.task.as_ref().is_some_and(|task| task.will_wake(waker));
        if is_of_task {
            self.has_news = true;
        } else {
            waker.wake_by_ref();
        }
    }
}

/// For the task.
impl State {
    /// The task polls the handler and the connection now.
    pub fn begin_turn(&mut self, cx: &Context<'_>) {
        if !self.task.as_ref().is_some_and(|task| task.will_wake(cx.waker())) {
            self.task = Some(cx.waker().clone());
        }
        self.is_in_turn = true;
        self.has_news = false;
    }

    /// Whether something has changed since this was asked last. If not, the turn is over.
    pub fn goes_on(&mut self) -> bool {
        self.is_in_turn = std::mem::take(&mut self.has_news);
        self.is_in_turn
    }

    /// The turn is over, whatever has changed.
    pub fn end_turn(&mut self) {
        self.is_in_turn = false;
    }
}
