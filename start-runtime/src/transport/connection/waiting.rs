//! Nothing can be done now: what is waited for, since when, and how long.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::time::Instant;

use super::payload::Failure;
use super::{Io, Phase, Wire, io};
use crate::transport::clock::Clock;
use crate::transport::message::{Position, Refusal};
use crate::transport::recipient::Attended;
use crate::transport::service::Service;
use crate::transport::stopping::GRACE;

/// A client that has ended its side, and may be gone, is waited for this long by a body that yields
/// nothing.
const HALF_CLOSED: Duration = Duration::from_secs(1);

/// A client of an event stream that has ended its side is taken to be gone after this, whatever the stream yields: clients
/// of event streams keep their side open. Until then, the end of a short stream reaches one that does not.
const LEFT: Duration = Duration::from_millis(700);

/// The deadlines of a connection, and its one timer.
pub struct Watch {
    clock: Clock,
    wait: WaitFor,
    /// Since when that is waited for.
    since: Instant,
    /// When the answer moved last.
    moved: Instant,
    /// Since when the client has ended its side.
    half_closed: Option<Instant>,
    /// The task that the timer and the signal wake.
    task: Option<Waker>,
    /// That the server stops.
    stop: Option<Pin<Box<dyn Future<Output = ()>>>>,
}

/// Which request a reading connection waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WaitFor {
    First,
    Next,
    /// The rest of one that has begun.
    Head,
}

/// When a timeout is over; `None` if there is no limit.
fn limit(since: Instant, timeout: Duration) -> Option<Instant> {
    if timeout.is_zero() { None } else { since.checked_add(timeout) }
}

/// What took too long.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expired {
    Head,
    Idle,
    Write,
    Body,
    HalfClosed,
    Linger,
}

impl Watch {
    pub fn new() -> Self {
        let now = Instant::now();
        Self {
            clock: Clock::default(),
            wait: WaitFor::First,
            since: now,
            moved: now,
            half_closed: None,
            task: None,
            stop: None,
        }
    }

    /// An answer is complete: the time for the next request begins.
    #[inline]
    pub fn answered(&mut self, now: Instant) {
        self.wait = WaitFor::Next;
        self.since = now;
    }

    /// A piece of an answer was made.
    pub fn answer_moves(&mut self, now: Instant) {
        self.moved = now;
    }
}

impl<T: Io, S: Service> Wire<T, S> {
    /// Begins a turn: the clock is read once for all of it.
    #[inline]
    pub(super) fn begin_turn(&mut self) {
        self.now = Instant::now();
        self.answers = 0;
        if let Some(channel) = &self.body {
            channel.wake_when_wanted(None);
        }
    }

    /// Ends a turn, with the task to be woken for whatever comes first. Ready if there is something to do
    /// after all, or if the connection is over (`false`).
    #[inline]
    pub(super) fn wait(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        if !self.output.is_empty() {
            let Some(io) = &mut self.io else { return Poll::Ready(false) };
            if let Poll::Ready(Err(_)) = self.output.poll_flush(io, self.now, cx) {
                return Poll::Ready(false);
            }
        }
        if let Some(channel) = &self.body {
            channel.wake_when_wanted(Some(cx));
        }
        let is_new_task = !self.watch.task.as_ref().is_some_and(|task| task.will_wake(cx.waker()));
        if is_new_task {
            self.register(cx);
            if self.ends_now() && self.output.blocked().is_none() {
                return Poll::Ready(true);
            }
        }
        if self.attended.as_ref().is_some_and(Attended::is_newly_watched)
            && let Some(io) = &mut self.io
        {
            io.probe();
        }
        if let Some((deadline, expired)) = self.deadline() {
            let clock = &mut self.watch.clock;
            // A timer that is set for an earlier time wakes the task then.
            let is_set =
                !is_new_task && clock.is_set_for(deadline) && clock.set_for().is_some_and(|set_for| self.now < set_for);
            if !is_set && clock.has_come(deadline, cx) {
                self.now = Instant::now();
                return Poll::Ready(self.expire(expired, cx));
            }
        }
        io::rest(&mut self.input, &mut self.output);
        Poll::Pending
    }

    /// Lets other connections go first, the next time that the runtime looks for events, too.
    pub(super) fn give_way(&mut self, cx: &mut Context<'_>) {
        if let Some(io) = &mut self.io {
            // A failure is met again.
            let _ = self.output.poll_flush(io, self.now, cx);
        }
        let _ = pin!(tokio::task::yield_now()).poll(cx);
    }

    #[cold]
    fn register(&mut self, cx: &mut Context<'_>) {
        self.watch.task = Some(cx.waker().clone());
        let stop = self.watch.stop.get_or_insert_with(|| Box::pin(self.stopping.begun()));
        // Whether it has come is asked for in `deadline`. A future that is done is not polled again.
        if self.stopping.since().is_none() {
            let _ = stop.as_mut().poll(cx);
        }
    }

    /// The next deadline, and what it is about.
    #[inline]
    fn deadline(&mut self) -> Option<(Instant, Expired)> {
        let timeouts = &self.settings.timeouts;
        let blocked = self.output.blocked().and_then(|since| limit(since, timeouts.write));
        if self.is_events
            && let Some(deadline) = self.end_of_events(blocked)
        {
            return Some(deadline);
        }
        if let Some(deadline) = blocked {
            return Some((deadline, Expired::Write));
        }
        match &self.phase {
            Phase::Reading if self.output.blocked().is_none() => self.next_request(),
            Phase::Lingering { until } => Some((*until, Expired::Linger)),
            Phase::Answering | Phase::Draining(_) => {
                self.body.as_ref().and_then(|body| body.deadline()).map(|deadline| (deadline, Expired::Body))
            }
            Phase::Sending(_) => self.streaming(),
            Phase::Reading | Phase::Closing | Phase::Aborting | Phase::Switching => None,
        }
    }

    #[inline]
    fn next_request(&mut self) -> Option<(Instant, Expired)> {
        let timeouts = &self.settings.timeouts;
        let watch = &mut self.watch;
        if watch.wait != WaitFor::Head && self.core.position(&self.input.buffer) == Position::Head {
            watch.wait = WaitFor::Head;
            watch.since = self.now;
        }
        let (timeout, expired) = match watch.wait {
            WaitFor::Head => (timeouts.header, Expired::Head),
            WaitFor::First => (timeouts.header, Expired::Idle),
            WaitFor::Next => (timeouts.keep_alive, Expired::Idle),
        };
        let deadline = limit(watch.since, timeout);
        // A head that has begun is waited for, even by a server that stops.
        let stopping = match expired {
            Expired::Idle => self.stopping.since().map(|since| since.max(watch.since) + GRACE),
            _ => None,
        };
        let deadline = match (deadline, stopping) {
            (Some(deadline), Some(stopping)) => deadline.min(stopping),
            (deadline, stopping) => deadline.or(stopping)?,
        };
        Some((deadline, expired))
    }

    /// An event stream is not waited for when its client has ended its side, and when the server stops and its client takes
    /// nothing of it. `blocked` is the deadline of what the client does not take.
    #[cold]
    fn end_of_events(&mut self, blocked: Option<Instant>) -> Option<(Instant, Expired)> {
        let left = self.input.is_over.then(|| *self.watch.half_closed.get_or_insert(self.now) + LEFT);
        let stopping =
            self.output.blocked().zip(self.stopping.since()).map(|(blocked, stop)| blocked.max(stop) + GRACE);
        let write = blocked.into_iter().chain(stopping).min();
        match (left, write) {
            (Some(left), Some(write)) if write < left => Some((write, Expired::Write)),
            (Some(left), _) => Some((left, Expired::HalfClosed)),
            (None, write) => Some((write?, Expired::Write)),
        }
    }

    fn streaming(&mut self) -> Option<(Instant, Expired)> {
        let body = self.body.as_ref().and_then(|body| body.deadline()).map(|deadline| (deadline, Expired::Body));
        let half_closed = self.input.is_over.then(|| {
            let since = *self.watch.half_closed.get_or_insert(self.now);
            (since.max(self.watch.moved) + HALF_CLOSED, Expired::HalfClosed)
        });
        match (body, half_closed) {
            (Some(body), Some(half_closed)) => Some(if body.0 < half_closed.0 { body } else { half_closed }),
            (body, half_closed) => body.or(half_closed),
        }
    }

    /// A deadline has come. Returns whether the connection goes on.
    #[cold]
    fn expire(&mut self, expired: Expired, cx: &mut Context<'_>) -> bool {
        match expired {
            Expired::Write | Expired::HalfClosed | Expired::Linger => return false,
            Expired::Idle => self.phase = Phase::Closing,
            Expired::Head => {
                self.refuse(Refusal::too_slow());
            }
            Expired::Body => {
                self.is_given_up = true;
                if let Some(body) = &self.body {
                    body.fail(Failure::TimedOut, cx);
                }
            }
        }
        true
    }
}
