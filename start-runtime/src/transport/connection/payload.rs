//! The body of a request, from its connection to whoever reads it: a channel within one thread.
//!
//! # Assumptions
//! - The reader may be polled by the task of the connection, which is the rule, or by another one. A
//!   reader of the connection's own task is not woken: the connection looks at [`Channel::has_news`] and
//!   polls it again.
//! - Nothing is read from the client for a body that nobody has asked for.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use actix_http::error::PayloadError;
use actix_http::{BoxedPayloadStream, Payload};
use bytes::Bytes;
use futures_core::Stream;
use tokio::time::Instant;

use crate::base::timeouts::Patience;
use crate::transport::message::Refusal;

/// A reader that has this many bytes unread gets no more, in bytes.
const MOST_UNREAD: usize = 64 * 1024;

/// One body on its way.
pub struct Channel {
    inner: RefCell<Inner>,
    /// Whether the reader has to be polled again.
    has_news: Cell<bool>,
}

struct Inner {
    queue: VecDeque<Bytes>,
    queued: usize,
    end: Option<End>,
    reader: Option<Waker>,
    /// The connection's task, while it waits.
    connection: Option<Waker>,
    is_wanted: bool,
    has_reader: bool,
    /// Whether what flows here is another protocol, which has its own time.
    is_raw: bool,
    patience: Patience,
    waits_since: Option<Instant>,
}

enum End {
    Complete,
    Failed(Failure),
}

/// Why a body has no end.
pub enum Failure {
    /// It did not arrive in time.
    TimedOut,
    /// It is not what its head announced.
    Broken(Refusal),
    /// The client ended the connection.
    Incomplete,
}

impl From<Failure> for PayloadError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::TimedOut => Self::Io(io::ErrorKind::TimedOut.into()),
            Failure::Broken(refusal) => Self::Io(io::Error::new(io::ErrorKind::InvalidData, refusal.detail)),
            Failure::Incomplete => Self::Incomplete(None),
        }
    }
}

impl Channel {
    /// A channel, and its reader as a payload. `timeout` is for each piece, zero for no limit.
    pub fn new(timeout: Duration) -> (Rc<Self>, Payload) {
        let inner = Inner {
            queue: VecDeque::new(),
            queued: 0,
            end: None,
            reader: None,
            connection: None,
            is_wanted: false,
            has_reader: true,
            is_raw: false,
            patience: Patience::new(timeout),
            waits_since: None,
        };
        let channel = Rc::new(Self { inner: RefCell::new(inner), has_news: Cell::new(false) });
        let reader: BoxedPayloadStream = Box::pin(Reader(channel.clone()));
        (channel, Payload::Stream { payload: reader })
    }

    /// Whether somebody may still read.
    pub fn has_reader(&self) -> bool {
        self.inner.borrow().has_reader
    }

    /// Whether the end has been told.
    pub fn is_over(&self) -> bool {
        self.inner.borrow().end.is_some()
    }

    /// Whether the reader wants more than it has.
    pub fn wants_more(&self) -> bool {
        let inner = self.inner.borrow();
        inner.is_wanted && inner.has_reader && inner.end.is_none() && inner.queued < MOST_UNREAD
    }

    /// From now on another protocol flows here.
    pub fn make_raw(&self) {
        let mut inner = self.inner.borrow_mut();
        inner.is_raw = true;
        inner.is_wanted = true;
    }

    /// Hands on a piece.
    pub fn push(&self, piece: Bytes, cx: &Context<'_>) {
        let mut inner = self.inner.borrow_mut();
        inner.queued += piece.len();
        inner.queue.push_back(piece);
        self.wake_reader(&mut inner, cx);
    }

    /// The body is complete.
    pub fn finish(&self, cx: &Context<'_>) {
        self.end(End::Complete, cx);
    }

    /// The body has no end.
    pub fn fail(&self, failure: Failure, cx: &Context<'_>) {
        self.end(End::Failed(failure), cx);
    }

    fn end(&self, end: End, cx: &Context<'_>) {
        let mut inner = self.inner.borrow_mut();
        if inner.end.is_none() {
            inner.end = Some(end);
            self.wake_reader(&mut inner, cx);
        }
    }

    fn wake_reader(&self, inner: &mut Inner, cx: &Context<'_>) {
        match inner.reader.take() {
            Some(reader) if reader.will_wake(cx.waker()) => self.has_news.set(true),
            Some(reader) => reader.wake(),
            None => {}
        }
    }

    /// Whether the connection's own task has to poll the reader again. Asked once per piece of news.
    pub fn has_news(&self) -> bool {
        self.has_news.take()
    }

    /// Until when the reader waits for the next piece.
    pub fn deadline(&self) -> Option<Instant> {
        let inner = self.inner.borrow();
        if inner.is_raw || inner.end.is_some() {
            return None;
        }
        Some(inner.waits_since? + inner.patience.left()?)
    }

    /// Wakes the connection when the reader wants more, or is gone. Only while the connection waits, so
    /// that a reader of its own task does not wake it for nothing.
    pub fn wake_when_wanted(&self, cx: Option<&Context<'_>>) {
        self.inner.borrow_mut().connection = cx.map(|cx| cx.waker().clone());
    }
}

impl Inner {
    fn poll(&mut self, cx: &Context<'_>) -> Poll<Option<Result<Bytes, PayloadError>>> {
        self.is_wanted = true;
        if let Some(piece) = self.queue.pop_front() {
            let was_full = self.queued >= MOST_UNREAD;
            self.queued -= piece.len();
            let waited = self.waits_since.take().map_or(Duration::ZERO, |since| since.elapsed());
            self.patience.received(piece.len(), waited);
            if was_full {
                self.wake_connection();
            }
            return Poll::Ready(Some(Ok(piece)));
        }
        match self.end.take() {
            None => {}
            Some(End::Complete) => {
                self.end = Some(End::Complete);
                return Poll::Ready(None);
            }
            // Told once.
            Some(End::Failed(failure)) => {
                self.end = Some(End::Complete);
                return Poll::Ready(Some(Err(failure.into())));
            }
        }
        self.waits_since.get_or_insert_with(Instant::now);
        if !self.reader.as_ref().is_some_and(|reader| reader.will_wake(cx.waker())) {
            self.reader = Some(cx.waker().clone());
        }
        self.wake_connection();
        Poll::Pending
    }

    fn wake_connection(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.wake();
        }
    }
}

/// The reader's end.
struct Reader(Rc<Channel>);

impl Stream for Reader {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.inner.borrow_mut().poll(cx)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut inner = self.0.inner.borrow_mut();
        inner.has_reader = false;
        inner.queue = VecDeque::new();
        inner.wake_connection();
    }
}

/// A body that has arrived with its head.
pub fn whole(body: Bytes) -> Payload {
    Payload::Stream { payload: Box::pin(Whole(Some(body))) }
}

struct Whole(Option<Bytes>);

impl Stream for Whole {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    struct Quiet;

    impl std::task::Wake for Quiet {
        fn wake(self: Arc<Self>) {}
    }

    fn next(payload: &mut Payload, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, PayloadError>>> {
        Pin::new(payload).poll_next(cx)
    }

    #[test]
    fn a_reader_is_given_what_comes_and_no_more_than_it_takes() {
        let waker = Waker::from(Arc::new(Quiet));
        let cx = &mut Context::from_waker(&waker);
        let (channel, mut payload) = Channel::new(Duration::ZERO);
        assert!(!channel.wants_more());
        assert!(next(&mut payload, cx).is_pending());
        assert!(channel.wants_more() && !channel.has_news());
        channel.push(Bytes::from_static(b"ab"), cx);
        assert!(channel.has_news() && !channel.has_news());
        channel.push(Bytes::from(vec![0; MOST_UNREAD]), cx);
        assert!(!channel.wants_more());
        assert!(matches!(next(&mut payload, cx), Poll::Ready(Some(Ok(piece))) if piece == "ab"));
        assert!(matches!(next(&mut payload, cx), Poll::Ready(Some(Ok(piece))) if piece.len() == MOST_UNREAD));
        assert!(channel.wants_more());
        channel.fail(Failure::Incomplete, cx);
        channel.finish(cx);
        assert!(matches!(next(&mut payload, cx), Poll::Ready(Some(Err(PayloadError::Incomplete(None))))));
        assert!(matches!(next(&mut payload, cx), Poll::Ready(None)));
        drop(payload);
        assert!(!channel.has_reader() && !channel.wants_more());
    }
}
