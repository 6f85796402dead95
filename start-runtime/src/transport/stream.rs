//! The bytes of a connection, on their way through the gate, and the clock that it runs against.
//!
//! actix reads and writes here as if it were the socket. What it does not do is done here: a client
//! that is slow with a head or with taking an answer is cut off, and so is one that has nothing to
//! say. Slow bodies are a matter of `paced.rs`.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::web::BytesMut;
use futures_core::future::LocalBoxFuture;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::answer;
use super::clock::Clock;
use super::connection::Connection;
use super::gate::{Gate, Position, Refusal, Rest, Verdict};
use super::stopping::GRACE;
use crate::app::App;
use crate::timeouts::Timeouts;

/// How long the rest of what a client sends is read away, so that it gets to read its answer: a socket
/// that is closed with unread bytes in it takes the answer along (RFC 9112, section 9.6).
pub const LINGER: Duration = Duration::from_secs(2);

/// How often in a row bytes are thrown away before other connections have their turn.
const TURNS: u8 = 16;

/// A connection's bytes, checked.
pub struct Stream<T> {
    io: T,
    gate: Gate,
    connection: Rc<Connection>,
    app: Arc<App>,
    address: Option<IpAddr>,
    timeouts: Timeouts,
    held: Held,
    phase: Phase,
    /// Since when the phase lasts.
    since: Instant,
    clock: Clock,
    /// A deadline that came while nobody read.
    expired: Option<Expired>,
    /// Since when the client takes nothing of what is written.
    blocked: Option<Instant>,
    stop: Stop,
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

/// What a connection is waiting for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// An answer is being made.
    Busy,
    /// The first request.
    First,
    /// The next request, after so many.
    Next(u64),
    Head,
    /// The rest of a body that nobody reads.
    Rest,
    /// Nothing: actix is about to close.
    Closing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expired {
    Head,
    Idle,
    Write,
    /// The request whose body did not come was answered.
    Body,
}

/// The signal that the server stops: asked for once, then it wakes the connection's task.
enum Stop {
    Unasked,
    Asked { _signal: LocalBoxFuture<'static, ()> },
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
        until: Instant,
    },
    /// All is written, and the rest of the input is read away.
    Linger {
        until: Instant,
    },
    /// Both directions are at their end.
    Both,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Stream<T> {
    pub fn new(io: T, gate: Gate, connection: Rc<Connection>, app: Arc<App>, address: Option<IpAddr>) -> Self {
        connection.stopping().opened();
        let timeouts = app.timeouts;
        Self {
            io,
            gate,
            connection,
            app,
            address,
            timeouts,
            held: Held::default(),
            phase: Phase::First,
            since: Instant::now(),
            clock: Clock::default(),
            expired: None,
            blocked: None,
            stop: Stop::Unasked,
            end: End::NotYet,
        }
    }

    pub fn connection(&self) -> &Rc<Connection> {
        &self.connection
    }

    /// What a deadline that has come is about; otherwise the task is woken at the next one.
    fn expired(&mut self, cx: &mut Context<'_>) -> Option<Expired> {
        let (deadline, expired) = self.next_deadline(cx)?;
        self.clock.has_come(deadline, cx).then_some(expired)
    }

    /// Sees to it that the task is woken at the next deadline.
    fn set_clock(&mut self, cx: &mut Context<'_>) {
        let Some((deadline, expired)) = self.next_deadline(cx) else { return };
        // When the clock goes off, `poll_read` looks at it; but not while bytes come without a pause.
        let looks = self.phase == Phase::Rest || !self.clock.is_set_for(deadline);
        if looks && self.clock.has_come(deadline, cx) {
            self.expired = Some(expired);
            cx.waker().wake_by_ref();
        }
    }

    fn next_deadline(&mut self, cx: &mut Context<'_>) -> Option<(Instant, Expired)> {
        if let Stop::Unasked = self.stop {
            let mut signal: LocalBoxFuture<'static, ()> = Box::pin(self.connection.stopping().begun());
            // Whether it has come is asked for below.
            let _ = signal.as_mut().poll(cx);
            self.stop = Stop::Asked { _signal: signal };
        }
        let phase = self.phase();
        if phase != self.phase {
            self.phase = phase;
            if phase != Phase::Busy {
                self.since = Instant::now();
            }
        }
        self.deadline()
    }

    fn phase(&self) -> Phase {
        if self.connection.is_busy() {
            return Phase::Busy;
        }
        match (self.gate.position(), self.connection.answered()) {
            (Position::Between, 0) => Phase::First,
            (Position::Between, answered) => Phase::Next(answered),
            (Position::InHead, _) => Phase::Head,
            (Position::InBody, _) => Phase::Rest,
            (Position::Outside, _) => Phase::Closing,
        }
    }

    fn deadline(&self) -> Option<(Instant, Expired)> {
        let limit = |since: Instant, timeout: Duration| (!timeout.is_zero()).then(|| since + timeout);
        if let Some(since) = self.blocked {
            return Some((limit(since, self.timeouts.write)?, Expired::Write));
        }
        if !matches!(self.end, End::NotYet) {
            return None;
        }
        let idle = match self.phase {
            Phase::Busy => return None,
            _ if self.connection.is_given_up() => return Some((self.since, Expired::Body)),
            Phase::Head => return Some((limit(self.since, self.timeouts.header)?, Expired::Head)),
            Phase::Rest => return Some((limit(self.since, self.timeouts.body)?, Expired::Idle)),
            Phase::First | Phase::Closing => limit(self.since, self.timeouts.header),
            Phase::Next(_) => limit(self.since, self.timeouts.keep_alive),
        };
        let stopped = self.connection.stopping().since().map(|since| since.max(self.since) + GRACE);
        let deadline = match (idle, stopped) {
            (Some(idle), Some(stopped)) => idle.min(stopped),
            (idle, stopped) => idle.or(stopped)?,
        };
        Some((deadline, Expired::Idle))
    }

    fn refuse(&mut self, refusal: Refusal) {
        let answer = answer::refusal(&self.app, refusal, self.address);
        self.end = End::Refusal { answer, written: 0, until: Instant::now() + LINGER };
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
        if self.blocked.is_some() {
            // `poll_write` comes back here.
            return Poll::Pending;
        }
        while *written < answer.len() {
            match Pin::new(&mut self.io).poll_write(cx, &answer[*written..]) {
                Poll::Ready(Ok(count)) if count > 0 => *written += count,
                Poll::Pending if !self.clock.has_come(*until, cx) => return Poll::Pending,
                _ => {
                    self.end = End::Both;
                    return Poll::Ready(Ok(()));
                }
            }
        }
        let until = *until;
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
                Poll::Pending if !self.clock.has_come(until, cx) => return Poll::Pending,
                _ => {
                    self.end = End::Both;
                    return Poll::Ready(Ok(()));
                }
            }
        }
        if self.clock.has_come(until, cx) {
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
                if this.blocked.take().is_some() && matches!(this.end, End::Refusal { .. }) {
                    cx.waker().wake_by_ref();
                }
                Poll::Ready(written)
            }
            Poll::Pending => {
                this.blocked.get_or_insert_with(Instant::now);
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
        if this.blocked.is_none() {
            this.set_clock(cx);
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
