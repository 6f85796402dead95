//! A service for tests: what it does stands in the path.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_http::body::{BodyStream, BoxBody, None as NoBody, SizedStream};
use actix_http::error::PayloadError;
use actix_http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, UPGRADE};
use actix_http::{HttpMessage as _, Payload, Request, Response, StatusCode};
use bytes::Bytes;
use futures_core::Stream;
use futures_core::future::LocalBoxFuture;
use futures_util::StreamExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::sleep;

use crate::transport::connection::ToItsEnd;
use crate::transport::message::Refusal;
use crate::transport::recipient::Awaiting;
use crate::transport::service::Service;
use crate::transport::tunnel::Upgrade;

/// What the service has seen.
#[derive(Default)]
pub struct Seen {
    pub executed: Cell<usize>,
    pub paths: RefCell<Vec<String>>,
    /// Bodies of answers that were dropped.
    pub dropped: Cell<usize>,
    /// Handlers that ran to their end, and what they read.
    pub finished: Cell<usize>,
    pub read: Cell<usize>,
    /// A payload that somebody holds and does not read.
    pub held: RefCell<Option<Payload>>,
}

pub struct Routes(pub Rc<Seen>);

impl Service for Routes {
    type Future = LocalBoxFuture<'static, Response<BoxBody>>;

    fn call(&self, request: Request) -> Self::Future {
        self.0.executed.set(self.0.executed.get() + 1);
        self.0.paths.borrow_mut().push(request.uri().to_string());
        assert_ne!(request.path(), "/panic-call", "in the call");
        Box::pin(answer(request, self.0.clone()))
    }

    fn refuse(&self, refusal: Refusal, client: Option<SocketAddr>) -> Response<BoxBody> {
        assert!(client.is_some());
        Response::with_body(refusal.status, BoxBody::new(format!("refused: {}", refusal.detail)))
    }
}

fn ok(text: impl Into<Bytes>) -> Response<BoxBody> {
    Response::with_body(StatusCode::OK, BoxBody::new(text.into()))
}

/// Makes a response an event stream.
fn events(mut response: Response<BoxBody>) -> Response<BoxBody> {
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("Text/Event-Stream; charset=utf-8"));
    response
}

async fn answer(mut request: Request, seen: Rc<Seen>) -> Response<BoxBody> {
    let mut payload = request.take_payload();
    let path = request.path().to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let drops = Drops(seen.clone());
    if let Some(status) = path.strip_prefix("/status/") {
        let status = StatusCode::from_u16(status.parse().unwrap()).unwrap();
        return Response::with_body(status, BoxBody::new(query));
    }
    if let Some(size) = path.strip_prefix("/sized/") {
        let (announced, sent) = size.split_once('/').unwrap();
        let pieces = sent.split(',').map(|length| Ok("x".repeat(length.parse().unwrap()))).collect();
        let body = SizedStream::new(announced.parse().unwrap(), Pieces(pieces, None, None));
        return Response::with_body(StatusCode::OK, BoxBody::new(body));
    }
    let pieces = |pieces: &[Result<&str, &str>], then| {
        let pieces = pieces.iter().map(|piece| piece.map(str::to_owned).map_err(str::to_owned)).collect();
        Response::with_body(StatusCode::OK, BoxBody::new(BodyStream::new(Pieces(pieces, then, Some(drops)))))
    };
    match &*path {
        "/hello" => ok("hello"),
        "/query" => ok(query),
        "/head" => ok(format!("{:?} {:?}", request.headers().get("host"), request.peer_addr())),
        "/big" => ok("x".repeat(query.parse().unwrap())),
        "/none" => Response::with_body(StatusCode::OK, BoxBody::new(NoBody::new())),
        "/echo-in-task" => {
            let task = tokio::task::spawn_local(async move { read(&mut payload, &seen).await.unwrap() });
            ok(task.await.unwrap())
        }
        "/echo-stream" => Response::with_body(StatusCode::OK, BoxBody::new(BodyStream::new(payload))),
        "/later" => {
            sleep(Duration::from_millis(50)).await;
            seen.finished.set(seen.finished.get() + 1);
            ok(query)
        }
        "/read-late" => {
            sleep(Duration::from_secs(5)).await;
            ok(read(&mut payload, &seen).await.map_or(0, |body| body.len()).to_string())
        }
        "/refuses" => Response::with_body(StatusCode::FORBIDDEN, BoxBody::new("no")),
        "/holds" => {
            *seen.held.borrow_mut() = Some(payload);
            ok("held")
        }
        "/close" => {
            let mut response = ok("bye");
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            response
        }
        "/pieces" => pieces(&[Ok("ab"), Ok("c")], None),
        "/one-then-pending" => pieces(&[Ok("ab")], Some(After::Pending)),
        "/pending" => pieces(&[], Some(After::Pending)),
        "/events" => events(pieces(&[Ok("data: a\n\n")], Some(After::Pending))),
        "/event" => events(pieces(&[Ok("data: a\n\n")], None)),
        "/event-ticks" => events(pieces(&[], Some(After::Ticks(10, Box::pin(sleep(Duration::ZERO)))))),
        "/events-to-their-end" => {
            let mut response = events(pieces(&[], Some(After::Ticks(10, Box::pin(sleep(Duration::ZERO))))));
            response.extensions_mut().insert(ToItsEnd);
            response
        }
        "/endless-events" => events(pieces(&[], Some(After::Endless))),
        "/gone" => {
            if let Some(client) = Awaiting::current() {
                client.over().await;
            }
            seen.finished.set(seen.finished.get() + 1);
            ok("gone")
        }
        "/gone-in-task" => {
            if let Some(client) = Awaiting::current() {
                tokio::task::spawn_local(async move {
                    client.over().await;
                    seen.finished.set(seen.finished.get() + 1);
                });
            }
            sleep(Duration::from_secs(3)).await;
            ok("answered")
        }
        "/ticks" => pieces(&[], Some(After::Ticks(10, Box::pin(sleep(Duration::ZERO))))),
        "/endless" => pieces(&[], Some(After::Endless)),
        "/error" => pieces(&[Ok("ab"), Err("disk on fire")], None),
        "/panic-stream" => pieces(&[Ok("ab")], Some(After::Panic)),
        "/panic-drop" => pieces(&[Ok("ab")], Some(After::PanicInDrop)),
        "/panic-payload" => std::panic::panic_any(Bomb),
        "/panic-poll" => panic!("in the future"),
        "/length-without-chunks" => {
            let mut response = pieces(&[Ok("ab"), Ok("c")], None);
            response.head_mut().no_chunking(true);
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(3));
            response
        }
        "/ws" => {
            let body = BoxBody::new(BodyStream::new(payload));
            let mut response = Response::with_body(StatusCode::SWITCHING_PROTOCOLS, body);
            response.head_mut().set_connection_type(actix_http::ConnectionType::Upgrade);
            response.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
            response
        }
        "/raw" => {
            let upgrade = request.extensions_mut().remove::<Upgrade>().unwrap();
            tokio::task::spawn_local(async move {
                let Ok(mut tunnel) = upgrade.await else { return };
                let mut bytes = [0; 1024];
                while let Ok(count @ 1..) = tunnel.read(&mut bytes).await {
                    tunnel.write_all(&bytes[..count].to_ascii_uppercase()).await.unwrap();
                }
            });
            Response::with_body(StatusCode::SWITCHING_PROTOCOLS, BoxBody::new(()))
        }
        "/nothing" => Response::with_body(StatusCode::NOT_FOUND, BoxBody::new("nothing")),
        // `/echo`, and what random messages ask for.
        _ => match read(&mut payload, &seen).await {
            Ok(body) => ok(body),
            Err(PayloadError::Io(error)) if error.kind() == io::ErrorKind::TimedOut => {
                Response::with_body(StatusCode::REQUEST_TIMEOUT, BoxBody::new("too slow"))
            }
            Err(error) => Response::with_body(StatusCode::BAD_REQUEST, BoxBody::new(error.to_string())),
        },
    }
}

async fn read(payload: &mut Payload, seen: &Seen) -> Result<Vec<u8>, PayloadError> {
    let mut body = Vec::new();
    while let Some(piece) = payload.next().await {
        let piece = piece?;
        seen.read.set(seen.read.get() + piece.len());
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("in the drop of a panic");
    }
}

/// Counts.
struct Drops(Rc<Seen>);

impl Drop for Drops {
    fn drop(&mut self) {
        self.0.dropped.set(self.0.dropped.get() + 1);
    }
}

/// Pieces of a body, and what comes behind them.
struct Pieces(VecDeque<Result<String, String>>, Option<After>, #[allow(dead_code)] Option<Drops>);

enum After {
    Pending,
    Panic,
    PanicInDrop,
    Endless,
    Ticks(u8, Pin<Box<tokio::time::Sleep>>),
}

impl Drop for Pieces {
    fn drop(&mut self) {
        assert!(!matches!(self.1, Some(After::PanicInDrop)), "in the drop of a stream");
    }
}

impl Stream for Pieces {
    type Item = Result<Bytes, io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(piece) = self.0.pop_front() {
            return Poll::Ready(Some(piece.map(Bytes::from).map_err(io::Error::other)));
        }
        match &mut self.1 {
            None | Some(After::PanicInDrop) => Poll::Ready(None),
            Some(After::Pending) => Poll::Pending,
            Some(After::Panic) => panic!("in the stream"),
            Some(After::Endless) => Poll::Ready(Some(Ok(Bytes::from_static(&[b'x'; 32 * 1024])))),
            Some(After::Ticks(0, _)) => Poll::Ready(None),
            Some(After::Ticks(left, tick)) => {
                std::task::ready!(tick.as_mut().poll(cx));
                *tick = Box::pin(sleep(Duration::from_millis(150)));
                *left -= 1;
                Poll::Ready(Some(Ok(Bytes::from_static(b"tick "))))
            }
        }
    }
}

/// A service of one function, and one that refuses.
pub struct FnService<C, R> {
    pub call: C,
    pub refuse: R,
}

impl<C, F, R> Service for FnService<C, R>
where
    C: Fn(Request) -> F + 'static,
    F: Future<Output = Response<BoxBody>>,
    R: Fn(Refusal) -> Response<BoxBody> + 'static,
{
    type Future = F;

    fn call(&self, request: Request) -> F {
        (self.call)(request)
    }

    fn refuse(&self, refusal: Refusal, _: Option<SocketAddr>) -> Response<BoxBody> {
        (self.refuse)(refusal)
    }
}
