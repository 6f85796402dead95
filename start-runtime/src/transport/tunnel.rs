//! What becomes of a connection that has switched to another protocol (RFC 9110, section 7.8).
//!
//! There are two ways. A service may take the [`Upgrade`] out of the extensions of a request, answer
//! 101 without a body, and await the raw connection. Or it answers 101 with a body that is a stream:
//! then the request's payload is what the client sends and the body is what it gets, byte for byte. The
//! latter is what `actix-ws` does.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::transport::connection::Io;
use crate::transport::recipient::Attended;
use crate::transport::stopping::OpenConnection;

/// In the extensions of a request that asks for another protocol: resolves to the raw connection once
/// 101 is sent, or to an error if the answer was another one.
pub struct Upgrade(Rc<RefCell<State>>);

enum State {
    Waiting(Option<Waker>),
    Switched(Tunnel),
    Refused,
}

/// The connection's side of an [`Upgrade`].
pub(crate) struct Switchboard(Rc<RefCell<State>>);

/// The answer was not 101, or the client was gone before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSwitched;

impl fmt::Display for NotSwitched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection did not switch to another protocol")
    }
}

impl std::error::Error for NotSwitched {}

impl Future for Upgrade {
    type Output = Result<Tunnel, NotSwitched>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.0.borrow_mut();
        match std::mem::replace(&mut *state, State::Refused) {
            State::Waiting(_) => {
                *state = State::Waiting(Some(cx.waker().clone()));
                Poll::Pending
            }
            State::Switched(tunnel) => Poll::Ready(Ok(tunnel)),
            State::Refused => Poll::Ready(Err(NotSwitched)),
        }
    }
}

impl Switchboard {
    pub(crate) fn new() -> (Self, Upgrade) {
        let state = Rc::new(RefCell::new(State::Waiting(None)));
        (Self(state.clone()), Upgrade(state))
    }

    /// Whether somebody may take the connection.
    pub(crate) fn has_taker(&self) -> bool {
        Rc::strong_count(&self.0) > 1
    }

    pub(crate) fn switch(self, tunnel: Tunnel) {
        self.end(State::Switched(tunnel));
    }

    fn end(&self, end: State) {
        let before = std::mem::replace(&mut *self.0.borrow_mut(), end);
        if let State::Waiting(Some(waker)) = before {
            waker.wake();
        }
    }
}

impl Drop for Switchboard {
    fn drop(&mut self) {
        let is_waiting = matches!(*self.0.borrow(), State::Waiting(_));
        if is_waiting {
            self.end(State::Refused);
        }
    }
}

/// A raw connection, beginning with what was read from it behind the request. It has no timeouts. The
/// server counts it as open until it is dropped, and so does [`APIEvent::gone`](crate::APIEvent::gone).
pub struct Tunnel {
    io: Box<dyn Io>,
    before: BytesMut,
    _open: OpenConnection,
    _attended: Attended,
}

impl Tunnel {
    pub(crate) fn new(io: Box<dyn Io>, before: BytesMut, open: OpenConnection, attended: Attended) -> Self {
        Self { io, before, _open: open, _attended: attended }
    }
}

impl fmt::Debug for Tunnel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tunnel").finish_non_exhaustive()
    }
}

impl AsyncRead for Tunnel {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.before.is_empty() {
            return Pin::new(&mut *self.io).poll_read(cx, buf);
        }
        let length = self.before.len().min(buf.remaining());
        buf.put_slice(&self.before[..length]);
        self.before.advance(length);
        if self.before.is_empty() {
            self.before = BytesMut::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Tunnel {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.io).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.io).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.io).poll_shutdown(cx)
    }
}
