use std::error::Error as StdError;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Responder};
use futures_core::Stream;
use futures_util::StreamExt as _;
use schemars::JsonSchema;
use serde::Serialize;

use super::{EventItem, ServerEvent};
use crate::base::idle::Idle;
use crate::base::timeouts::bounded;
use crate::describe::{Documented, Operation};
use crate::response::Response;
use crate::transport::ToItsEnd;

/// How often a stream that yields nothing sends a comment, unless [`Events::keep_alive`] says otherwise: every 15 seconds.
pub const DEFAULT_KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A comment, and the empty line that keeps it apart from what follows.
const COMMENT: &[u8] = b":\n\n";

const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, Box<dyn StdError>>>>>;

/// An answer that goes on: a stream of events as `text/event-stream` (WHATWG HTML, section 9.2). `T` is the type of their
/// data, as the document has it.
///
/// ```
/// use futures_util::{StreamExt, stream};
/// use start_runtime::{Events, ServerEvent, prelude::*};
///
/// #[derive(serde::Serialize, JsonSchema)]
/// struct Owl {
///     name: &'static str,
/// }
///
/// /// The owls that arrive.
/// #[api_route("/api/owls")]
/// async fn GET() -> Events<Owl> {
///     let owls = stream::iter(["Hedwig", "Errol"]).map(|name| Owl { name });
///     Events::new(owls.map(|owl| ServerEvent::json(owl).event("arrived")))
/// }
/// # fn main() {}
/// ```
///
/// - Each event is sent at once, and never compressed. `Cache-Control: no-store` and `X-Accel-Buffering: no` keep proxies
///   from holding it back. While the stream yields nothing, a comment is sent every 15 seconds ([`Events::keep_alive`]).
/// - The stream is not polled before the head of the answer is sent, and not at all for HEAD.
/// - It is dropped within a second of the client's leaving. When the server stops, it ends well after the events that it has
///   ready, because clients connect again; [`Events::to_its_end`] is for those that do not.
/// - An error in the stream, or an event that cannot be sent, breaks the connection off, so that clients do not take what
///   they have for all; the log has the error. Send an event of your own where clients should know more.
pub struct Events<T> {
    /// `None` if there are no events, and never will be.
    pieces: Option<Pieces>,
    keep_alive: Duration,
    to_its_end: bool,
    data: PhantomData<fn() -> T>,
}

impl<T: 'static> Events<T> {
    /// Sends the events of a stream, which may be in a `Result`.
    pub fn new<S>(events: S) -> Self
    where
        S: Stream + 'static,
        S::Item: EventItem<T>,
    {
        Self {
            pieces: Some(Box::pin(events.map(EventItem::into_piece))),
            keep_alive: DEFAULT_KEEP_ALIVE,
            to_its_end: false,
            data: PhantomData,
        }
    }

    /// A 204 in place of a stream: a client that has seen all there is does not connect again.
    pub fn over() -> Self {
        Self { pieces: None, keep_alive: Duration::ZERO, to_its_end: false, data: PhantomData }
    }

    /// Sends each value of a stream as the JSON of an event without a name.
    pub fn json(values: impl Stream<Item = T> + 'static) -> Self
    where
        T: Serialize,
    {
        Self::new(values.map(ServerEvent::json))
    }

    /// Sends a comment whenever the stream has yielded nothing for this long, at most a year. Proxies and clients see that
    /// the connection is alive, and the server sees that a client is not. Zero sends none.
    #[must_use]
    pub fn keep_alive(mut self, interval: Duration) -> Self {
        self.keep_alive = bounded(interval);
        self
    }

    /// Goes on when the server stops, until the stream ends or [`Start::shutdown_timeout`](crate::Start::shutdown_timeout)
    /// is over: for answers that nobody asks for again, such as those of a language model.
    #[must_use]
    pub fn to_its_end(mut self) -> Self {
        self.to_its_end = true;
        self
    }
}

impl Response {
    /// A 200 with the events of a stream as `text/event-stream`. [`Events`] says how they are sent; return that where the
    /// document should know the type of their data.
    ///
    /// ```
    /// use futures_util::{StreamExt, stream};
    /// use start_runtime::{Response, ServerEvent, prelude::*};
    ///
    /// #[api_route("/api/countdown")]
    /// async fn GET() -> Response {
    ///     Response::events(stream::iter([3, 2, 1]).map(|number| ServerEvent::json(number).id(number)))
    /// }
    /// # fn main() {}
    /// ```
    pub fn events<T, S>(events: S) -> Self
    where
        T: 'static,
        S: Stream + 'static,
        S::Item: EventItem<T>,
    {
        Events::new(events).into()
    }
}

impl<T> From<Events<T>> for HttpResponse {
    fn from(events: Events<T>) -> Self {
        let Events { pieces, keep_alive, to_its_end, .. } = events;
        let Some(pieces) = pieces else {
            return Self::with_body(StatusCode::NO_CONTENT, BoxBody::new(()));
        };
        let body = Body { pieces, keep_alive: Idle::new(keep_alive) };
        let mut response = Self::with_body(StatusCode::OK, BoxBody::new(body));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
        // Middleware that compresses leaves alone what has a coding; this one is none, and not sent.
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("identity"));
        if to_its_end {
            response.extensions_mut().insert(ToItsEnd);
        }
        response
    }
}

impl<T> From<Events<T>> for Response {
    fn from(events: Events<T>) -> Self {
        HttpResponse::from(events).into()
    }
}

impl<T> Responder for Events<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.into()
    }
}

impl<T: JsonSchema> Documented for Events<T> {
    fn document(operation: &mut Operation<'_>) {
        operation.response(204, "There are no more events: the client does not connect again");
        operation
            .response(200, "A stream of events. The schema is that of the data of one")
            .content::<T>("text/event-stream");
    }
}

impl<T> fmt::Debug for Events<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("keep_alive", &self.keep_alive).finish_non_exhaustive()
    }
}

/// The body: what the stream yields, and comments between.
struct Body {
    pieces: Pieces,
    keep_alive: Option<Idle>,
}

impl MessageBody for Body {
    type Error = Box<dyn StdError>;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let Self { pieces, keep_alive } = &mut *self;
        match (pieces.as_mut().poll_next(cx), keep_alive) {
            (Poll::Pending, Some(keep_alive)) => {
                ready!(keep_alive.poll(cx));
                Poll::Ready(Some(Ok(Bytes::from_static(COMMENT))))
            }
            (piece @ Poll::Ready(Some(Ok(_))), Some(keep_alive)) => {
                keep_alive.spoke();
                piece
            }
            (polled, _) => polled,
        }
    }
}
