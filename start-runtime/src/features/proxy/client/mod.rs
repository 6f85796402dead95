//! The client: requests to other programs over HTTP/1.1, on connections that are used again.
//!
//! It stands on the connections of hyper, which read and write the bytes. What is here is what a proxy needs beyond them:
//!
//! - Bodies flow both ways at the pace of the slower side, and need not be `Send`: all belongs to one worker.
//! - Whoever drops an answer, or the future of one, closes its connection. So what was cut is cut at the other end, too.
//! - The time for the head of the answer begins when the whole request was written.
//! - A request goes out a second time only if nothing of it was written, or if it may be repeated.

mod body;
mod connect;
mod fault;
mod link;
mod passed;
mod pool;
mod progress;
#[cfg(feature = "proxy-tls")]
mod tls;

use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use http1::{Method, Request, response};
use tokio::time::{Instant, sleep_until};

pub use body::{Gate, Outgoing};
pub use fault::Fault;
use link::Lease;
pub use passed::Passed;
pub use progress::Progress;
#[cfg(feature = "proxy-tls")]
pub use tls::add_root;

/// Where a connection leads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    pub is_https: bool,
    /// A name or an address, in lower case; an IPv6 one without brackets.
    pub host: String,
    pub port: u16,
    /// Whether the host may not stand for an address of the inside.
    pub public_only: bool,
}

/// How long each step may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until there is a connection.
    pub connect: Duration,
    /// From the end of the request to the head of the answer; zero for no limit.
    pub head: Duration,
}

/// An answer whose body is still to come.
pub struct Answer {
    pub head: response::Parts,
    pub body: Passed,
}

/// A connection that has waited longer may be closing at this moment: what cannot be sent twice does not take it.
const FRESH: Duration = Duration::from_secs(1);

/// Sends a request. Its body tells `progress` how it goes.
pub async fn send(
    origin: &Origin,
    request: Request<Outgoing>,
    progress: &Rc<Progress>,
    limits: Limits,
) -> Result<Answer, Fault> {
    let mut request = request;
    let may_repeat = is_repeatable(&request);
    while let Some(lease) = pool::take(origin, if may_repeat { None } else { Some(FRESH) }).await {
        let again = may_repeat.then(|| copy(&request));
        let failed = match exchange(lease, request, progress, limits).await {
            Ok(answer) => return Ok(answer),
            Err(failed) => failed,
        };
        match (failed.unsent, again) {
            (Some(unsent), _) => request = unsent,
            // The upstream has closed the connection while the request was on its way.
            (None, Some(again)) if failed.fault.is_closed() => {
                request = again;
                break;
            }
            _ => return Err(failed.fault),
        }
    }
    let lease = connect::open(origin, limits.connect).await?;
    exchange(lease, request, progress, limits).await.map_err(|failed| failed.fault)
}

/// Whether the request can be sent twice: it changes nothing more the second time (RFC 9110, section 9.2.2), and has no
/// body that is used up.
fn is_repeatable(request: &Request<Outgoing>) -> bool {
    let method = request.method();
    let is_idempotent = method.is_safe() || *method == Method::PUT || *method == Method::DELETE;
    is_idempotent && request.body().is_empty()
}

fn copy(request: &Request<Outgoing>) -> Request<Outgoing> {
    let mut copy = Request::new(Outgoing::Empty);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}

/// A request without an answer.
struct Failed {
    fault: Fault,
    /// The request, if nothing of it was written.
    unsent: Option<Request<Outgoing>>,
}

/// Sends a request on a connection, and waits for the head of its answer.
async fn exchange(
    mut lease: Lease,
    request: Request<Outgoing>,
    progress: &Rc<Progress>,
    limits: Limits,
) -> Result<Answer, Failed> {
    let is_head = *request.method() == Method::HEAD;
    progress.begin(request.body().is_empty());
    lease.follow(progress);
    let mut answered = pin!(lease.send(request));
    let mut deadline = None;
    let answered = poll_fn(|cx| {
        if let Poll::Ready(answered) = answered.as_mut().poll(cx) {
            return Poll::Ready(Some(answered));
        }
        let Some(sent_at) = progress.poll_sent(cx).filter(|_| !limits.head.is_zero()) else { return Poll::Pending };
        let due = deadline.get_or_insert_with(|| Box::pin(sleep_until(sent_at + limits.head)));
        due.as_mut().poll(cx).map(|()| None)
    })
    .await;
    let failed = |fault| Failed { fault, unsent: None };
    match answered {
        Some(Ok(response)) if response.status().is_informational() => Err(failed(Fault::switched())),
        Some(Ok(response)) => {
            let (head, incoming) = response.into_parts();
            Ok(Answer { body: Passed::new(incoming, lease, is_head, &head), head })
        }
        Some(Err(mut error)) => {
            let unsent = error.take_message();
            Err(Failed { fault: Fault::of(error.into_error()), unsent })
        }
        None => Err(failed(Fault::head_too_late(limits.head))),
    }
}

/// When a time is over.
fn after(time: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(time).unwrap_or(now)
}
