//! The connection of one socket: frames in, frames out, and the ways in which it ends.
//!
//! | phase | what happens |
//! |---|---|
//! | open | messages both ways, pings |
//! | draining | the client has closed, left or broken a rule: the handler still sees what came before that |
//! | closing | a close frame went out, the client's is awaited |
//! | ending | all is said: the server ends its side of TCP, and reads what comes away, so that the client gets to read |
//!
//! # Invariants
//! - Every phase but the first has an end, whatever the client does.
//! - Once a close frame is in the output, nothing is put behind it.

mod input;
mod output;
mod pings;

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::AsyncWrite as _;
use tokio::time::Instant;

use super::close::{Close, CloseCode};
use super::frame::{Kind, Reader, write_close, write_frame};
use super::shared::{Shared, SocketEnd};
use crate::transport::Tunnel;
use output::Output;
use pings::Pings;

/// How long a handler may take over messages that came before the client's end.
const DRAINING: Duration = Duration::from_millis(300);

/// How long a client may take to answer a close frame, or to read what comes before it.
const CLOSING: Duration = Duration::from_secs(4);

/// The same in a server that stops.
const STOPPING: Duration = Duration::from_secs(1);

/// How long the rest of what a client sends is read away.
const ENDING: Duration = Duration::from_secs(1);

/// A connection that has switched to WebSocket.
pub struct Connection {
    io: Option<Tunnel>,
    shared: Shared,
    reader: Reader,
    /// What was read and not taken yet, because the handler has enough.
    rest: Vec<u8>,
    /// Whether the client has ended its side.
    is_half_closed: bool,
    output: Output,
    pings: Pings,
    /// The answer to the last ping, while the client does not read.
    waiting_pong: Option<Vec<u8>>,
    phase: Phase,
    /// That the server stops; `None` once that is known.
    stop: Option<Pin<Box<dyn Future<Output = ()>>>>,
    write_timeout: Duration,
}

/// What a client may do.
pub struct Limits {
    /// For a message, in bytes.
    pub message: usize,
    /// How long it may take nothing of what is sent; zero for no limit.
    pub write_timeout: Duration,
}

enum Phase {
    Open,
    Draining { until: Instant, close: Option<Close>, end: SocketEnd },
    Closing { since: Instant, patience: Duration },
    Ending { until: Instant, is_shut: bool },
    Over,
}

/// The connection failed: nobody is there any more.
struct Gone;

impl Connection {
    /// `stop` resolves when the server begins to stop.
    pub fn new(io: Tunnel, shared: Shared, limits: Limits, stop: impl Future<Output = ()> + 'static) -> Self {
        let pings = Pings::new(shared.lock().ping, Instant::now());
        Self {
            io: Some(io),
            shared,
            reader: Reader::new(limits.message),
            rest: Vec::new(),
            is_half_closed: false,
            output: Output::default(),
            pings,
            waiting_pong: None,
            phase: Phase::Open,
            stop: Some(Box::pin(stop)),
            write_timeout: limits.write_timeout,
        }
    }

    /// Whether it has ended.
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over)
    }

    /// Does what can be done now. Returns when it has to be called again, if nothing else happens before.
    pub fn poll(&mut self, now: Instant, handler_runs: bool, cx: &mut Context<'_>) -> Option<Instant> {
        if self.is_over() {
            return None;
        }
        self.look_for_stop(now, cx);
        let went_well = self.work(now, handler_runs, cx);
        if went_well.is_err() {
            self.give_up();
            return None;
        }
        self.deadline(now)
    }

    fn work(&mut self, now: Instant, handler_runs: bool, cx: &mut Context<'_>) -> Result<(), Gone> {
        self.read(now, cx)?;
        self.hear_handler(now, handler_runs);
        self.keep_time(now)?;
        self.write(now, cx)?;
        self.end(now, cx)
    }

    /// Ends without another word.
    fn give_up(&mut self) {
        self.shared.lock().finish(SocketEnd::Gone);
        self.become_over();
    }

    fn become_over(&mut self) {
        self.phase = Phase::Over;
        self.io = None;
        self.stop = None;
        self.rest = Vec::new();
        self.output = Output::default();
    }

    fn look_for_stop(&mut self, now: Instant, cx: &mut Context<'_>) {
        let Some(stop) = &mut self.stop else { return };
        if stop.as_mut().poll(cx).is_pending() {
            return;
        }
        self.stop = None;
        if matches!(self.phase, Phase::Open) {
            let close = Close::because(CloseCode::AWAY, "the server stops");
            self.say_close(Some(&close), SocketEnd::Stopping);
            self.phase = Phase::Closing { since: now, patience: STOPPING };
        }
    }

    /// Puts a close frame behind all that the handler has sent, and takes nothing more from it.
    fn say_close(&mut self, close: Option<&Close>, end: SocketEnd) {
        append_pong(&mut self.output, self.waiting_pong.take());
        let mut state = self.shared.lock();
        state.take_outbox(self.output.bytes());
        if let Some(close) = close {
            write_close(self.output.bytes(), close);
        }
        state.finish(end);
    }

    /// The client has closed, left or broken a rule.
    fn drain(&mut self, now: Instant, close: Option<Close>, end: SocketEnd) {
        let until = match self.phase {
            Phase::Draining { until, .. } => until,
            _ => now + DRAINING,
        };
        self.phase = Phase::Draining { until, close, end };
    }

    /// What the handler wants, or has seen.
    fn hear_handler(&mut self, now: Instant, handler_runs: bool) {
        let mut state = self.shared.lock();
        match &mut self.phase {
            Phase::Open => {
                let Some(close) = state.take_close() else { return };
                drop(state);
                self.say_close(Some(&close), SocketEnd::Ours);
                self.phase = Phase::Closing { since: now, patience: CLOSING };
            }
            Phase::Draining { until, close, end } => {
                let is_drained = !handler_runs || (self.rest.is_empty() && state.is_drained());
                if !is_drained && now < *until {
                    return;
                }
                drop(state);
                let (close, end) = (close.take(), end.clone());
                self.say_close(close.as_ref(), end);
                self.end_soon(now);
            }
            Phase::Closing { .. } | Phase::Ending { .. } | Phase::Over => {}
        }
    }

    fn end_soon(&mut self, now: Instant) {
        self.rest = Vec::new();
        self.phase = Phase::Ending { until: now + ENDING, is_shut: false };
    }

    /// Sends pings, and notices who does not answer.
    fn keep_time(&mut self, now: Instant) -> Result<(), Gone> {
        match self.phase {
            Phase::Open => {
                self.pings.set(self.shared.lock().ping, now);
                // An answer may be among what the handler has not asked for yet.
                if self.rest.is_empty() && self.pings.is_unanswered(now) {
                    let close = Close::because(CloseCode::POLICY, "a ping was not answered in time");
                    self.say_close(Some(&close), SocketEnd::Gone);
                    self.end_soon(now);
                } else {
                    self.pings.send(self.output.bytes(), now);
                }
            }
            Phase::Closing { .. } if self.closing_until().is_some_and(|until| now >= until) => self.end_soon(now),
            Phase::Ending { until, .. } if now >= until => return Err(Gone),
            _ => {}
        }
        match self.write_until() {
            Some(until) if now >= until => Err(Gone),
            _ => Ok(()),
        }
    }

    /// A client that reads slowly has time as long as it reads.
    fn closing_until(&self) -> Option<Instant> {
        let Phase::Closing { since, patience } = self.phase else { return None };
        let latest = since + patience * 7;
        Some((self.output.moved().map_or(since, |moved| moved.max(since)) + patience).min(latest))
    }

    fn write_until(&self) -> Option<Instant> {
        if self.write_timeout.is_zero() { None } else { Some(self.output.blocked()? + self.write_timeout) }
    }

    fn write(&mut self, now: Instant, cx: &mut Context<'_>) -> Result<(), Gone> {
        let Some(io) = &mut self.io else { return Err(Gone) };
        loop {
            if matches!(self.phase, Phase::Open | Phase::Draining { .. }) && self.output.is_empty() {
                append_pong(&mut self.output, self.waiting_pong.take());
                let mut state = self.shared.lock();
                state.take_outbox(self.output.bytes());
                state.set_unwritten(self.output.left());
            }
            if self.output.is_empty() {
                self.output.rest();
                return Ok(());
            }
            let flushed = self.output.poll_flush(io, now, cx).map_err(|_| Gone)?;
            self.shared.lock().set_unwritten(self.output.left());
            if flushed.is_pending() {
                return Ok(());
            }
        }
    }

    /// Ends this side of TCP once all is written, then the connection once the client has ended its own.
    fn end(&mut self, now: Instant, cx: &mut Context<'_>) -> Result<(), Gone> {
        let Phase::Ending { is_shut, .. } = &mut self.phase else { return Ok(()) };
        let Some(io) = &mut self.io else { return Err(Gone) };
        if !self.output.is_empty() {
            return Ok(());
        }
        if !*is_shut {
            match Pin::new(io).poll_shutdown(cx) {
                Poll::Ready(Ok(())) => *is_shut = true,
                Poll::Ready(Err(_)) => return Err(Gone),
                Poll::Pending => return Ok(()),
            }
        }
        if !self.is_half_closed {
            self.read(now, cx)?;
        }
        if self.is_half_closed {
            self.become_over();
        }
        Ok(())
    }

    fn deadline(&self, now: Instant) -> Option<Instant> {
        let phase = match &self.phase {
            Phase::Open => Some(self.pings.deadline(self.rest.is_empty())),
            Phase::Draining { until, .. } | Phase::Ending { until, .. } => Some(*until),
            Phase::Closing { .. } => self.closing_until(),
            Phase::Over => None,
        };
        let next = [phase, self.write_until()].into_iter().flatten().min();
        next.map(|next| next.max(now))
    }
}

fn append_pong(output: &mut Output, payload: Option<Vec<u8>>) {
    if let Some(payload) = payload {
        write_frame(output.bytes(), Kind::Pong, &payload);
    }
}
