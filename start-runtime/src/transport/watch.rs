//! The clock that a connection runs against: what it waits for, since when, and how long.

use std::task::Context;
use std::time::Duration;

use futures_core::future::LocalBoxFuture;
use tokio::time::Instant;

use super::clock::Clock;
use super::connection::Connection;
use super::gate::Position;
use super::stopping::GRACE;
use crate::base::timeouts::Timeouts;

/// Watches over one connection.
pub struct Watch {
    timeouts: Timeouts,
    phase: Phase,
    /// Since when the phase lasts.
    since: Instant,
    /// Since when the client takes nothing of what is written.
    blocked: Option<Instant>,
    stop: Stop,
    pub clock: Clock,
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

/// What took too long.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Expired {
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

impl Watch {
    pub fn new(timeouts: Timeouts) -> Self {
        Self {
            timeouts,
            phase: Phase::First,
            since: Instant::now(),
            blocked: None,
            stop: Stop::Unasked,
            clock: Clock::default(),
        }
    }

    pub fn is_blocked(&self) -> bool {
        self.blocked.is_some()
    }

    /// The client takes nothing.
    pub fn blocks(&mut self) {
        self.blocked.get_or_insert_with(Instant::now);
    }

    /// The client takes something. Says whether it had not.
    pub fn flows(&mut self) -> bool {
        self.blocked.take().is_some()
    }

    /// What a deadline that has come is about; otherwise the task is woken at the next one. `is_over`
    /// says that nothing more is read.
    pub fn expired(
        &mut self,
        connection: &Connection,
        position: Position,
        is_over: bool,
        cx: &mut Context<'_>,
    ) -> Option<Expired> {
        let (deadline, expired) = self.next_deadline(connection, position, is_over, cx)?;
        self.clock.has_come(deadline, cx).then_some(expired)
    }

    /// Sees to it that the task is woken at the next deadline. When the clock goes off, somebody reads
    /// and asks [`Watch::expired`]; but not while bytes come without a pause.
    pub fn set(
        &mut self,
        connection: &Connection,
        position: Position,
        is_over: bool,
        cx: &mut Context<'_>,
    ) -> Option<Expired> {
        if self.is_blocked() {
            // Whoever writes asks.
            return None;
        }
        let (deadline, expired) = self.next_deadline(connection, position, is_over, cx)?;
        let looks = self.phase == Phase::Rest || !self.clock.is_set_for(deadline);
        (looks && self.clock.has_come(deadline, cx)).then_some(expired)
    }

    fn next_deadline(
        &mut self,
        connection: &Connection,
        position: Position,
        is_over: bool,
        cx: &mut Context<'_>,
    ) -> Option<(Instant, Expired)> {
        if let Stop::Unasked = self.stop {
            let mut signal: LocalBoxFuture<'static, ()> = Box::pin(connection.stopping().begun());
            // Whether it has come is asked for below.
            let _ = signal.as_mut().poll(cx);
            self.stop = Stop::Asked { _signal: signal };
        }
        let phase = phase(connection, position);
        if phase != self.phase {
            self.phase = phase;
            if phase != Phase::Busy {
                self.since = Instant::now();
            }
        }
        self.deadline(connection, is_over)
    }

    fn deadline(&self, connection: &Connection, is_over: bool) -> Option<(Instant, Expired)> {
        let limit = |since: Instant, timeout: Duration| (!timeout.is_zero()).then(|| since + timeout);
        if let Some(since) = self.blocked {
            return Some((limit(since, self.timeouts.write)?, Expired::Write));
        }
        if is_over {
            return None;
        }
        let idle = match self.phase {
            Phase::Busy => return None,
            _ if connection.is_given_up() => return Some((self.since, Expired::Body)),
            Phase::Head => return Some((limit(self.since, self.timeouts.header)?, Expired::Head)),
            Phase::Rest => return Some((limit(self.since, self.timeouts.body)?, Expired::Idle)),
            Phase::First | Phase::Closing => limit(self.since, self.timeouts.header),
            Phase::Next(_) => limit(self.since, self.timeouts.keep_alive),
        };
        let stopped = connection.stopping().since().map(|since| since.max(self.since) + GRACE);
        let deadline = match (idle, stopped) {
            (Some(idle), Some(stopped)) => idle.min(stopped),
            (idle, stopped) => idle.or(stopped)?,
        };
        Some((deadline, Expired::Idle))
    }
}

fn phase(connection: &Connection, position: Position) -> Phase {
    if connection.is_busy() {
        return Phase::Busy;
    }
    match (position, connection.answered()) {
        (Position::Between, 0) => Phase::First,
        (Position::Between, answered) => Phase::Next(answered),
        (Position::InHead, _) => Phase::Head,
        (Position::InBody, _) => Phase::Rest,
        (Position::Outside, _) => Phase::Closing,
    }
}
