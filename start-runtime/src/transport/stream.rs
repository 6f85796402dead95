//! The bytes of a connection, on their way through the gate, and the clock that it runs against.
//!
//! actix reads and writes here as if it were the socket. What it does not do is done here: a client
//! that is slow with a head or with taking an answer is cut off, and so is one that has nothing to
//! say. Slow bodies are a matter of `paced.rs`.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::web::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::answer;
use super::connection::Connection;
use super::gate::{Gate, Refusal, Rest, Verdict};
use super::watch::{Expired, Watch};
use crate::base::timeouts::Timeouts;
use actix_web::HttpResponse;

/// How long the rest of what a client sends is read away, so that it gets to read its answer: a socket
/// that is closed with unread bytes in it takes the answer along (RFC 9112, section 9.6).
pub const LINGER: Duration = Duration::from_secs(2);

/// How often in a row bytes are thrown away before other connections have their turn.
const TURNS: u8 = 16;

/// Makes the answer to what is no request, for the client at this address.
pub type Refuse = Rc<dyn Fn(Refusal, Option<IpAddr>) -> HttpResponse>;

/// A connection's bytes, checked.
pub struct Stream<T> {
    io: T,
    gate: Gate,
    connection: Rc<Connection>,
    refuse: Refuse,
    address: Option<IpAddr>,
    held: Held,
    watch: Watch,
    /// A deadline that came while nobody read.
    expired: Option<Expired>,
    end: End,
}

/// Bytes that came in and do not go on yet.
#[derive(Default)]
struct Held {
    bytes: BytesMut,
    /// So many of them are a head that waits for its turn.
    checked: usize,
    is_released: bool,
}

/// How the connection ends.
enum End {
    NotYet,
    /// actix is told that nothing more comes. `lingers` if more is on its way.
    Input {
        lingers: bool,
    },
    /// The answer to something that is no request is written here, once all requests are answered.
    Refusal {
        answer: Vec<u8>,
        written: usize,
        /// Set when it is its turn.
        until: Option<Instant>,
    },
    /// All is written, and the rest of the input is read away.
    Linger {
        until: Instant,
    },
    /// Both directions are at their end.
    Both,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Stream<T> {
    pub fn new(
        io: T,
        gate: Gate,
        connection: Rc<Connection>,
        timeouts: Timeouts,
        refuse: Refuse,
        address: Option<IpAddr>,
    ) -> Self {
        connection.stopping().opened();
        let watch = Watch::new(timeouts);
        let (held, end) = (Held::default(), End::NotYet);
        Self { io, gate, connection, refuse, address, held, watch, expired: None, end }
    }

    pub fn connection(&self) -> &Rc<Connection> {
        &self.connection
    }

    /// What a deadline that has come is about; otherwise the task is woken at the next one.
    fn expired(&mut self, cx: &mut Context<'_>) -> Option<Expired> {
        let is_over = !matches!(self.end, End::NotYet);
        self.watch.expired(&self.connection, self.gate.position(), is_over, cx)
    }

    fn refuse(&mut self, refusal: Refusal) {
        let answer = answer::encode((self.refuse)(refusal, self.address));
        self.end = End::Refusal { answer, written: 0, until: None };
    }

    /// What the gate says of a piece. Gives how much of it goes on.
    fn follow(&mut self, verdict: Verdict, piece: &[u8]) -> usize {
        self.connection.pass(verdict.requests);
        match verdict.rest {
            Rest::Nothing | Rest::Discard => {}
            Rest::Hold(checked) => {
                self.held = Held { bytes: BytesMut::from(&piece[verdict.pass..]), checked, is_released: false };
            }
            Rest::Refuse(refusal) => self.refuse(refusal),
            Rest::Break(refusal) => {
                self.connection.break_body(refusal);
                self.end = End::Input { lingers: true };
            }
        }
        verdict.pass
    }

    /// Passes what was held back, as far as it may go on. `None` if it has to wait.
    fn pass_held(&mut self, cx: &Context<'_>, buf: &mut ReadBuf<'_>) -> Option<usize> {
        if self.held.checked == 0 {
            let mut later = std::mem::take(&mut self.held.bytes);
            let piece = later.split_to(later.len().min(buf.remaining()));
            let verdict = self.gate.look(&piece, self.connection.is_busy());
            let pass = self.follow(verdict, &piece);
            buf.put_slice(&piece[..pass]);
            self.held.bytes.unsplit(later);
            return Some(pass);
        }
        if !self.held.is_released {
            if self.connection.is_busy() {
                self.connection.wait(cx);
                return None;
            }
            self.held.is_released = true;
            self.gate.release();
            self.connection.pass(1);
        }
        let pass = self.held.checked.min(buf.remaining());
        buf.put_slice(&self.held.bytes.split_to(pass));
        self.held.checked -= pass;
        Some(pass)
    }

    /// Writes the answer to something that is no request, behind those to all requests before.
    fn poll_refusal(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let End::Refusal { answer, written, until } = &mut self.end else { return Poll::Ready(Ok(())) };
        if self.connection.is_busy() {
            self.connection.wait(cx);
            return Poll::Pending;
        }
        if self.watch.is_blocked() {
            // `poll_write` comes back here.
            return Poll::Pending;
        }
        let until = *until.get_or_insert_with(|| Instant::now() + LINGER);
        while *written < answer.len() {
            match Pin::new(&mut self.io).poll_write(cx, &answer[*written..]) {
                Poll::Ready(Ok(count)) if count > 0 => *written += count,
                Poll::Pending if !self.watch.clock.has_come(until, cx) => return Poll::Pending,
                _ => {
                    self.end = End::Both;
                    return Poll::Ready(Ok(()));
                }
            }
        }
        let _ = ready!(Pin::new(&mut self.io).poll_shutdown(cx));
        self.end = End::Linger { until };
        self.poll_linger(cx)
    }

    /// Whether something came in that was not read.
    fn has_unread(&mut self, cx: &mut Context<'_>) -> bool {
        let mut scratch = [0; 1];
        let mut buf = ReadBuf::new(&mut scratch);
        let read = Pin::new(&mut self.io).poll_read(cx, &mut buf);
        matches!(read, Poll::Ready(Ok(()))) && !buf.filled().is_empty()
    }

    /// Reads away what still comes in.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let End::Linger { until } = self.end else { return Poll::Ready(Ok(())) };
        let mut scratch = [0; 4096];
        for _ in 0..TURNS {
            let mut buf = ReadBuf::new(&mut scratch);
            match Pin::new(&mut self.io).poll_read(cx, &mut buf) {
                Poll::Ready(Ok(())) if !buf.filled().is_empty() => {}
                Poll::Pending if !self.watch.clock.has_come(until, cx) => return Poll::Pending,
                _ => {
                    self.end = End::Both;
                    return Poll::Ready(Ok(()));
                }
            }
        }
        if self.watch.clock.has_come(until, cx) {
            self.end = End::Both;
            return Poll::Ready(Ok(()));
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncRead for Stream<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buf.filled().len();
        loop {
            match this.end {
                End::NotYet => {}
                End::Refusal { .. } => return this.poll_refusal(cx),
                End::Linger { .. } => return this.poll_linger(cx),
                End::Input { .. } | End::Both => return Poll::Ready(Ok(())),
            }
            match this.expired.take() {
                None => {}
                Some(Expired::Head) => {
                    let refusal = this.gate.too_slow();
                    this.refuse(refusal);
                    continue;
                }
                Some(expired @ (Expired::Idle | Expired::Body)) => {
                    this.end = End::Input { lingers: expired == Expired::Body };
                    continue;
                }
                Some(Expired::Write) => return Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            }
            if !this.held.bytes.is_empty() {
                match this.pass_held(cx, buf) {
                    None => return Poll::Pending,
                    Some(0) => continue,
                    Some(_) => return Poll::Ready(Ok(())),
                }
            }
            // What comes behind the last request is read away when the connection closes.
            let read = if this.gate.is_ended() { Poll::Pending } else { Pin::new(&mut this.io).poll_read(cx, buf) };
            match read {
                Poll::Ready(read) => read?,
                Poll::Pending => {
                    this.expired = this.expired(cx);
                    if this.expired.is_some() {
                        continue;
                    }
                    return Poll::Pending;
                }
            }
            let piece = &buf.filled()[before..];
            if piece.is_empty() {
                match this.gate.end_of_input() {
                    Some(refusal) => {
                        this.refuse(refusal);
                        continue;
                    }
                    None => return Poll::Ready(Ok(())),
                }
            }
            let verdict = this.gate.look(piece, this.connection.is_busy());
            let pass = this.follow(verdict, piece);
            buf.set_filled(before + pass);
            if pass > 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Stream<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if matches!(this.end, End::Linger { .. } | End::Both) {
            // The last answer is written.
            return Poll::Ready(Ok(bytes.len()));
        }
        match Pin::new(&mut this.io).poll_write(cx, bytes) {
            Poll::Ready(written) => {
                if this.watch.flows() && matches!(this.end, End::Refusal { .. }) {
                    cx.waker().wake_by_ref();
                }
                Poll::Ready(written)
            }
            Poll::Pending => {
                this.watch.blocks();
                match this.expired(cx) {
                    Some(Expired::Write) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
                    _ => Poll::Pending,
                }
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        // An answer may have been completed since the last read: the clock has to know.
        let is_over = !matches!(this.end, End::NotYet);
        let expired = this.watch.set(&this.connection, this.gate.position(), is_over, cx);
        if expired.is_some() {
            this.expired = expired;
            cx.waker().wake_by_ref();
        }
        Pin::new(&mut this.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if !matches!(this.end, End::Linger { .. } | End::Both) {
            ready!(Pin::new(&mut this.io).poll_shutdown(cx))?;
            let lingers = matches!(this.end, End::Input { lingers: true }) || this.has_unread(cx);
            this.end = if lingers { End::Linger { until: Instant::now() + LINGER } } else { End::Both };
        }
        this.poll_linger(cx)
    }
}

impl<T> Drop for Stream<T> {
    fn drop(&mut self) {
        self.connection.stopping().closed();
    }
}
