//! One task per socket: it polls the handler and the connection, one after the other, until neither has news for the other.
//! So what they share needs no wake-ups, and the end of one is the end of the other.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use super::close::{Close, CloseCode, ClosesSocket};
use super::connection::Connection;
use super::shared::{Shared, SocketClosed, SocketEnd};
use crate::base::panic::{catch, drop_quietly};
use crate::http::RequestId;
use crate::kernel::Call;
use crate::response::{Outcome, Problem};

/// How long a handler may go on after it was told that its client is gone.
const GRACE: Duration = Duration::from_millis(500);

/// How often the two may have news for each other before other tasks have their turn.
const TURNS: u8 = 32;

/// The handler of a socket.
pub type Handler = Pin<Box<dyn Future<Output = Outcome>>>;

/// A socket and its handler.
pub struct Task {
    handler: Option<Handler>,
    connection: Connection,
    shared: Shared,
    /// When the handler was told that its client is gone.
    told: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
    /// The request that it began with, for the log.
    call: Call,
}

impl Task {
    pub fn new(handler: Handler, connection: Connection, shared: Shared, call: Call) -> Self {
        Self { handler: Some(handler), connection, shared, told: None, timer: None, call }
    }

    fn poll_handler(&mut self, cx: &mut Context<'_>) {
        let Some(handler) = &mut self.handler else { return };
        let close = match catch(|| handler.as_mut().poll(cx)) {
            Ok(Poll::Pending) => return,
            Ok(Poll::Ready(outcome)) => self.close_for(outcome),
            Err(panic) => {
                self.log(&format!("panicked: {panic}"));
                Close::new(CloseCode::ERROR)
            }
        };
        self.drop_handler();
        self.shared.lock().close(close);
    }

    fn drop_handler(&mut self) {
        if let Some(handler) = self.handler.take() {
            drop_quietly(handler, "the handler of a socket");
        }
    }

    /// What a socket is closed with when its handler has returned.
    fn close_for(&self, outcome: Outcome) -> Close {
        let problem = match outcome {
            Outcome::Empty(_) | Outcome::Missing => return Close::new(CloseCode::NORMAL),
            Outcome::Response(response) => Problem::new(response.status()),
            Outcome::Problem(problem) => problem,
        };
        let error = problem.source();
        if let Some(ClosesSocket(close)) = error.and_then(|error| error.downcast_ref()) {
            return close.clone();
        }
        let is_closed = self.shared.lock().is_closed();
        if is_closed || error.is_some_and(|error| error.is::<SocketClosed>()) {
            return Close::new(CloseCode::NORMAL);
        }
        if !problem.status().is_server_error() {
            return Close::because(CloseCode::POLICY, problem.detail().unwrap_or_else(|| problem.title()));
        }
        self.log(&format!("failed: {problem}"));
        Close::new(CloseCode::ERROR)
    }

    fn log(&self, what: &str) {
        let http = self.call.http();
        let id = RequestId::of(http);
        let handler = self.call.exchange().entry.map_or_else(String::new, |entry| entry.route.function_path());
        let what: String = what.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
        tracing::error!(target: "start_runtime::problem", request_id = id.text(), "the socket at {}: {handler} {what}", http.path());
    }

    /// When the handler is dropped, if it has not returned by then.
    fn handler_until(&mut self, now: Instant) -> Option<Instant> {
        self.handler.as_ref()?;
        let is_told = match self.shared.lock().end() {
            None => false,
            // It has closed the socket, and knows what it does meanwhile.
            Some(SocketEnd::Ours) => self.connection.is_over(),
            Some(_) => true,
        };
        is_told.then(|| *self.told.get_or_insert(now) + GRACE)
    }

    /// Whether a time has come; if not, the task is woken then.
    fn has_come(&mut self, deadline: Instant, cx: &mut Context<'_>) -> bool {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        timer.as_mut().poll(cx).is_ready()
    }
}

impl Future for Task {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.shared.lock().begin_turn(cx);
        let mut turns = 0;
        loop {
            self.poll_handler(cx);
            let now = Instant::now();
            let handler_runs = self.handler.is_some();
            let next = self.connection.poll(now, handler_runs, cx);
            if turns < TURNS && self.shared.lock().goes_on() {
                turns += 1;
                continue;
            }
            if self.connection.is_over() && self.handler.is_none() {
                return Poll::Ready(());
            }
            let until = self.handler_until(now);
            if until.is_some_and(|until| now >= until) {
                self.drop_handler();
                turns = 0;
                continue;
            }
            let deadline = [next, until].into_iter().flatten().min();
            if deadline.is_some_and(|deadline| self.has_come(deadline, cx)) && turns < TURNS {
                turns += 1;
                self.shared.lock().begin_turn(cx);
                continue;
            }
            if turns >= TURNS {
                self.shared.lock().end_turn();
                cx.waker().wake_by_ref();
            }
            return Poll::Pending;
        }
    }
}

/// The task may be dropped with its runtime: the handles learn that nobody is there.
impl Drop for Task {
    fn drop(&mut self) {
        self.shared.lock().finish(SocketEnd::Gone);
        self.drop_handler();
    }
}
