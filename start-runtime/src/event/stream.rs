use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use actix_web::web::Bytes;
use futures_core::Stream;
use tokio::sync::mpsc;

use crate::kernel::Call;
use crate::kernel::{Capped, declared_length, too_large};
use crate::response::{Problem, payload_problem};

/// The body of a request, piece by piece as it arrives: it is not collected in memory, and a client that sends faster
/// than the handler reads has to wait.
///
/// This is a [`Stream`] of `Result<Bytes, Problem>`. It ends after the first error:
///
/// - 413 as soon as the Content-Length, or the number of bytes that arrived, is over the limit (the route's
///   `body_limit`, else [`Start::stream_limit`](crate::Start::stream_limit))
/// - 400 if the client broke off
/// - 500 if the body was read before
///
/// ```
/// use start_runtime::prelude::*;
///
/// #[api_route("/api/lines", body_limit = 10 * 1024 * 1024 * 1024)]
/// async fn POST(event: APIEvent) -> Result<String, Problem> {
///     let mut stream = event.request.stream();
///     let mut lines = 0;
///     while let Some(chunk) = stream.chunk().await? {
///         lines += chunk.iter().filter(|byte| **byte == b'\n').count();
///     }
///     Ok(format!("{lines} lines"))
/// }
/// # fn main() {}
/// ```
pub struct RequestStream(State);

enum State {
    Refused(Problem),
    Reading { payload: Capped, limit: u64 },
    Ended,
}

impl RequestStream {
    pub(crate) fn new(call: &Call) -> Self {
        let limit = call.exchange().stream_limit();
        if declared_length(call.http()).is_some_and(|length| length > limit) {
            return Self(State::Refused(too_large(limit)));
        }
        let payload = call.exchange().body.borrow_mut().take("event.request.stream()");
        Self(match payload {
            Ok(payload) => State::Reading { payload: Capped::new(payload, call.http(), limit), limit },
            Err(problem) => State::Refused(problem),
        })
    }

    /// Returns the next piece; `None` at the end.
    ///
    /// # Errors
    /// - 413 if the body is above the limit
    /// - 400 if the client broke off
    /// - 500 if the body was read before
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Problem> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }
}

impl RequestStream {
    /// The same as a stream that may go to other threads, for clients and libraries that ask for one: a body of reqwest is
    /// `reqwest::Body::wrap_stream(event.request.stream().into_send())`.
    ///
    /// A task of this worker reads the body, one piece ahead of who takes it. It ends when the stream is dropped.
    pub fn into_send(self) -> SendStream {
        let (sender, receiver) = mpsc::channel(1);
        actix_web::rt::spawn(hand_over(self, sender));
        SendStream { receiver, is_over: false }
    }
}

/// A piece; `None` is the end, which has to be told: a task that is dropped must not look like one that is done.
type Handed = Result<Option<Bytes>, Problem>;

async fn hand_over(mut stream: RequestStream, sender: mpsc::Sender<Handed>) {
    loop {
        let Ok(room) = sender.reserve().await else { return };
        let mut gone = pin!(sender.closed());
        let next = poll_fn(|cx| match Pin::new(&mut stream).poll_next(cx) {
            Poll::Ready(next) => Poll::Ready(Some(next.transpose())),
            Poll::Pending => gone.as_mut().poll(cx).map(|()| None),
        });
        let Some(next) = next.await else { return };
        let is_last = !matches!(next, Ok(Some(_)));
        room.send(next);
        if is_last {
            return;
        }
    }
}

/// The body of a request, piece by piece, for other threads. See [`RequestStream::into_send`].
///
/// An error has the problem of the [`RequestStream`] as its text, and is the last item.
pub struct SendStream {
    receiver: mpsc::Receiver<Handed>,
    is_over: bool,
}

impl Stream for SendStream {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let next = match ready!(self.receiver.poll_recv(cx)) {
            Some(Ok(Some(piece))) => return Poll::Ready(Some(Ok(piece))),
            Some(Ok(None)) => None,
            Some(Err(problem)) => Some(Err(io::Error::other(problem.to_string()))),
            None => Some(Err(io::ErrorKind::UnexpectedEof.into())),
        };
        self.is_over = true;
        Poll::Ready(next)
    }
}

impl fmt::Debug for SendStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SendStream")
    }
}

impl Stream for RequestStream {
    type Item = Result<Bytes, Problem>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = match &mut self.0 {
            State::Refused(problem) => Some(Err(problem.clone())),
            State::Reading { payload, limit } => {
                let next = ready!(Pin::new(&mut *payload).poll_next(cx));
                next.map(|chunk| {
                    chunk.map_err(|error| if payload.is_over() { too_large(*limit) } else { payload_problem(&error) })
                })
            }
            State::Ended => None,
        };
        if !matches!(next, Some(Ok(_))) {
            self.0 = State::Ended;
        }
        Poll::Ready(next)
    }
}

impl fmt::Debug for RequestStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestStream")
    }
}
