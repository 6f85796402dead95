//! One connection: reads a head, calls the service, feeds it the body, writes the answer, and goes on,
//! closes or switches to another protocol.
//!
//! # Layout
//! [`Connection`] is a future of its own: a loop over the phases of `Phase`. A phase is a method of `Wire`,
//! which returns a `Step`.
//!
//! | file | phases |
//! |---|---|
//! | `reading` | a head is read |
//! | `answering` | the service runs; its request's body is fed or read away |
//! | `sending` | the answer is written |
//! | `ending` | the connection is closed, lingers, breaks off or becomes a tunnel |
//! | `waiting` | nothing can be done now: deadlines, wakers, buffers |
//! | `io`, `payload` | bytes in and out; the body as the service reads it |
//!
//! # Invariants
//! - A phase that returns `Step::Wait` has registered the task for whatever it waits for, except for
//!   output and deadlines, which `waiting` registers for all of them.
//! - Output is written before anything is waited for. Answers to requests that are in the buffer
//!   already are written together.

mod answering;
mod ending;
mod io;
mod payload;
mod reading;
mod sending;
#[cfg(test)]
mod tests;
mod waiting;

use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_http::body::BoxBody;
use actix_http::{Request, Response};
use pin_project_lite::pin_project;
use tokio::time::Instant;

use crate::base::panic::catch;
use crate::base::timeouts::Timeouts;
use crate::transport::message::{Core, Framing, Message, Switch};
use crate::transport::recipient::Attended;
use crate::transport::service::Service;
use crate::transport::stopping::{OpenConnection, Stopping};
use crate::transport::tunnel::Switchboard;
use answering::Drain;
pub use io::Io;
use io::{Input, Output};
use payload::Channel;
use sending::Sending;
pub use sending::ToItsEnd;
use waiting::Watch;

/// What a server allows its clients.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long a client may take.
    pub timeouts: Timeouts,
    /// For the request line and the headers together, in bytes. 414 or 431 above it. At most 1 GiB.
    pub header_limit: usize,
}

/// The header limit is not looked at above this.
const MOST_HEADER_LIMIT: usize = 1 << 30;

/// Answers the requests of one connection until it ends. `client` is the address that requests carry.
pub fn serve<T: Io, S: Service>(
    io: T,
    client: Option<SocketAddr>,
    settings: Rc<Settings>,
    service: Rc<S>,
    stopping: Arc<Stopping>,
) -> Connection<T, S> {
    let wire = Wire {
        io: Some(io),
        client,
        core: Core::new(settings.header_limit.min(MOST_HEADER_LIMIT), client),
        settings,
        service,
        open: Some(OpenConnection::new(stopping.clone())),
        stopping,
        input: Input::default(),
        output: Output::default(),
        phase: Phase::Reading,
        request: None,
        message: NO_MESSAGE,
        body: None,
        attended: Some(Attended::new()),
        is_events: false,
        switchboard: None,
        has_continued: false,
        is_given_up: false,
        lingers: false,
        answers: 0,
        now: Instant::now(),
        watch: Watch::new(),
    };
    Connection { answering: None, wire }
}

pin_project! {
    /// A connection that is being served. See [`serve`].
    pub struct Connection<T, S: Service> {
        #[pin]
        answering: Option<S::Future>,
        wire: Wire<T, S>,
    }
}

/// All of a connection but the future of its service.
struct Wire<T, S> {
    /// Taken when it becomes a tunnel.
    io: Option<T>,
    client: Option<SocketAddr>,
    core: Core,
    settings: Rc<Settings>,
    service: Rc<S>,
    open: Option<OpenConnection>,
    stopping: Arc<Stopping>,
    input: Input,
    output: Output,
    phase: Phase,
    /// A request on its way from the phase that found it to the service.
    request: Option<Request>,
    /// The request that is being answered.
    message: Message,
    /// Its body, if that did not come with its head.
    body: Option<Rc<Channel>>,
    /// Taken when the connection becomes a tunnel.
    attended: Option<Attended>,
    /// Whether the answer is an event stream.
    is_events: bool,
    /// Where its connection goes if it switches to another protocol.
    switchboard: Option<Switchboard>,
    /// Whether the client sends the body that it announced.
    has_continued: bool,
    /// Whether the rest of the body is not waited for: the connection ends with the answer.
    is_given_up: bool,
    /// Whether the client is still sending when the connection ends.
    lingers: bool,
    /// Answers of this turn.
    answers: u8,
    /// When this turn began.
    now: Instant,
    watch: Watch,
}

/// What a connection does.
enum Phase {
    /// Reads the next head.
    Reading,
    /// The service makes the answer.
    Answering,
    /// The answer is there, and the rest of the request's body is read away.
    Draining(Drain),
    /// The body of the answer is written.
    Sending(Sending),
    /// All is said: writes what is left, and ends.
    Closing,
    /// Reads away what still comes, so that the client gets to read its answer.
    Lingering { until: Instant },
    /// An answer broke off whose end is that of the connection: writes what came before, and breaks the
    /// connection. Other answers are told to be incomplete by their framing, and end with
    /// [`Phase::Closing`].
    Aborting,
    /// Writes the 101, then hands the connection over.
    Switching,
}

/// What comes after a part of a phase.
enum Step {
    /// The next part, perhaps of another phase.
    Go,
    /// The service is called, with [`Wire::request`].
    Call,
    /// The task is woken when there is more to do.
    Wait,
    /// Other connections first.
    Yield,
    /// The end of the connection.
    Over,
}

/// As it is before the first request, and for the answer to something that is none.
const NO_MESSAGE: Message = Message {
    framing: Framing::None,
    is_head: false,
    is_1_0: false,
    persists: false,
    expects: false,
    upgrade: Switch::No,
};

impl<T: Io, S: Service> Future for Connection<T, S> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        let wire = this.wire;
        let _entered = wire.attended.as_ref().map(Attended::enter);
        wire.begin_turn();
        loop {
            let step = match wire.phase {
                Phase::Reading => wire.read(cx),
                Phase::Answering => match poll_service(this.answering.as_mut(), cx) {
                    None => wire.wait_for_answer(cx),
                    Some(answer) => {
                        if let Err(message) = catch(|| this.answering.set(None)) {
                            tracing::error!("a service panicked while it was dropped: {message}");
                        }
                        wire.respond(answer)
                    }
                },
                Phase::Draining(_) => wire.drain(cx),
                Phase::Sending(_) => wire.send(cx),
                Phase::Closing => wire.close(cx),
                Phase::Lingering { until } => wire.linger(until, cx),
                Phase::Aborting => wire.abort(cx),
                Phase::Switching => wire.switch(cx),
            };
            match step {
                Step::Go => {}
                Step::Call => {
                    let Some(request) = wire.request.take() else { return Poll::Ready(()) };
                    match catch(|| wire.service.call(request)) {
                        Ok(future) => {
                            this.answering.set(Some(future));
                            wire.phase = Phase::Answering;
                        }
                        Err(message) => {
                            if let Step::Over = wire.respond(Err(message)) {
                                return Poll::Ready(());
                            }
                        }
                    }
                }
                Step::Wait => match wire.wait(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(true) => {}
                    Poll::Ready(false) => return Poll::Ready(()),
                },
                Step::Yield => {
                    wire.give_way(cx);
                    return Poll::Pending;
                }
                Step::Over => return Poll::Ready(()),
            }
        }
    }
}

/// The answer of a service, or the message of its panic.
type Answer = Result<Response<BoxBody>, String>;

#[inline]
fn poll_service<F>(answering: Pin<&mut Option<F>>, cx: &mut Context<'_>) -> Option<Answer>
where
    F: Future<Output = Response<BoxBody>>,
{
    let future = answering.as_pin_mut()?;
    match catch(|| future.poll(cx)) {
        Ok(Poll::Pending) => None,
        Ok(Poll::Ready(response)) => Some(Ok(response)),
        Err(message) => Some(Err(message)),
    }
}
