//! What holds for the answers of a connection, whatever comes in: the check of the target `loop`.
//!
//! The input is that of the target `connection`: [`CUT`] is where the client waits until the server has
//! nothing more to do. What the service does stands in the path.
//!
//! # Invariants
//! - The connection ends, and leaves nothing open.
//! - There is one answer per request that was executed, and at most one more, for what is no request. Each is
//!   complete, and nothing follows one that says `Connection: close`. The last one says so if there are
//!   requests that were not executed.
//! - The same bytes give the same answers, however they are cut. Two things are a matter of timing:
//!   `100 Continue`, and whether the rest of a body is there that the service did not read.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::body::{BodyStream, BoxBody};
use actix_http::error::PayloadError;
use actix_http::header::{CONNECTION, HeaderValue, UPGRADE};
use actix_http::{Method, Payload, Request, Response, StatusCode};
use bytes::{Bytes, BytesMut};
use futures_util::future::LocalBoxFuture;
use futures_util::{StreamExt as _, stream};
use start_runtime::__rt::transport::{Core, Event, Refusal, Service, Settings, Stopping, Timeouts, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
use tokio::runtime::{Builder, Runtime};
use tokio::task::{LocalSet, spawn_local, yield_now};
use tokio::time::{sleep, timeout};

/// The byte at which an input is cut.
const CUT: u8 = 0xfe;

const HEADER_LIMIT: usize = 1000;

/// Longer than all timeouts of a connection together. Time stands still unless everybody waits.
const HOUR: Duration = Duration::from_secs(60 * 60);

/// So many turns of everybody are enough for the server to do all that it can do.
const TURNS: usize = 6;

const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// Panics if an input breaks an invariant.
pub fn check(input: &[u8]) {
    let pieces: Vec<&[u8]> = input.split(|byte| *byte == CUT).collect();
    let bytes = pieces.concat();
    let whole = exchange(&[&bytes]);
    let mut others = vec![("cut", exchange(&pieces))];
    // It takes several turns of everybody per byte.
    if bytes.len() <= 128 {
        others.push(("byte by byte", exchange(&bytes.chunks(1).collect::<Vec<_>>())));
    }
    for (how, other) in others {
        if !whole.is_timed && !other.is_timed {
            assert_eq!((how, other.methods, other.answers), (how, whole.methods.clone(), whole.answers.clone()));
        }
    }
}

/// What came of an input.
struct Exchange {
    /// The methods of the requests that were executed.
    methods: Vec<Method>,
    /// All answers, but for `Date` and `100 Continue`.
    answers: Vec<String>,
    /// Whether they depend on when the bytes came.
    is_timed: bool,
}

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
}

fn exchange(pieces: &[&[u8]]) -> Exchange {
    let seen = Rc::new(Seen::default());
    let output = RUNTIME.with(|runtime| LocalSet::new().block_on(runtime, converse(pieces, seen.clone())));
    let methods = seen.methods.take();
    if seen.is_switched.get() {
        return Exchange { methods, answers: vec![text(&output)], is_timed: true };
    }
    let answers = split(&output, &methods);
    let (executed, count) = (methods.len(), answers.len());
    let is_refused = answers.last().is_some_and(|answer| answer.contains("\r\n\r\nrefused: "));
    assert_eq!(count, executed + usize::from(is_refused), "{}", text(&output));
    let requests = requests(&pieces.concat());
    let says_close = answers.last().is_some_and(|answer| answer.contains("\r\nconnection: close\r\n"));
    assert!(executed == requests || (executed < requests && says_close), "{requests} requests: {}", text(&output));
    Exchange { methods, answers, is_timed: seen.is_timed.get() }
}

/// How many requests an input has.
fn requests(bytes: &[u8]) -> usize {
    let (mut core, mut buffer) = (Core::new(HEADER_LIMIT, None), BytesMut::from(bytes));
    std::iter::from_fn(|| core.next(&mut buffer)).filter(|event| matches!(event, Event::Request(..))).count()
}

/// Sends pieces, and returns what comes back until the server closes the connection.
async fn converse(pieces: &[&[u8]], seen: Rc<Seen>) -> Vec<u8> {
    let (client, server) = duplex(64 * 1024);
    let settings = Rc::new(Settings { timeouts: Timeouts::default(), header_limit: HEADER_LIMIT });
    let stopping = Arc::new(Stopping::new());
    let server = spawn_local(serve(server, None, settings, Rc::new(Echo(seen)), stopping.clone()));
    let (mut from, mut to) = tokio::io::split(client);
    let reader = spawn_local(async move {
        let mut output = Vec::new();
        let _ = from.read_to_end(&mut output).await;
        output
    });
    for piece in pieces {
        if to.write_all(piece).await.is_err() {
            break;
        }
        for _ in 0..TURNS {
            yield_now().await;
        }
    }
    let _ = to.shutdown().await;
    let ended = timeout(HOUR, async { (server.await, reader.await) }).await;
    let (server, output) = ended.expect("the connection does not end");
    server.expect("the connection panicked");
    // A tunnel outlives its connection.
    for _ in 0..TURNS {
        yield_now().await;
    }
    assert_eq!(stopping.connections(), 0);
    output.unwrap()
}

/// The answers in a stream of bytes. Panics at the first that is not complete.
fn split(mut output: &[u8], methods: &[Method]) -> Vec<String> {
    let mut answers = Vec::new();
    while !output.is_empty() {
        let all = text(output);
        if let Some(rest) = output.strip_prefix(CONTINUE) {
            output = rest;
            continue;
        }
        let end = output.windows(4).position(|window| window == b"\r\n\r\n").expect("an answer has a head") + 4;
        let head = std::str::from_utf8(&output[..end]).expect("a head is ASCII").to_ascii_lowercase();
        output = &output[end..];
        let value = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        let body = if methods.get(answers.len()) == Some(&Method::HEAD) {
            Vec::new()
        } else if value("transfer-encoding") == Some("chunked") {
            dechunk(&mut output)
        } else if let Some(length) = value("content-length") {
            let (body, rest) = output.split_at_checked(length.parse().unwrap()).expect("a body is complete");
            output = rest;
            body.to_vec()
        } else {
            assert_eq!(value("connection"), Some("close"), "the end of an answer is unknown: {all}");
            std::mem::take(&mut output).to_vec()
        };
        assert!(head.starts_with("http/1.") && value("date").is_some(), "{all}");
        assert!(value("connection") != Some("close") || output.is_empty(), "bytes follow the end: {all}");
        let lines: Vec<&str> = head.split_inclusive('\n').filter(|line| !line.starts_with("date: ")).collect();
        answers.push(lines.concat() + &text(&body));
    }
    answers
}

fn dechunk(output: &mut &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = output.windows(2).position(|window| window == b"\r\n").expect("a chunk has a size");
        let size = usize::from_str_radix(std::str::from_utf8(&output[..end]).unwrap(), 16).unwrap();
        let (chunk, rest) = output[end + 2..].split_at_checked(size + 2).expect("a chunk is complete");
        *output = rest;
        body.extend_from_slice(chunk.strip_suffix(b"\r\n").unwrap());
        if size == 0 {
            return body;
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What the service has seen.
#[derive(Default)]
struct Seen {
    methods: RefCell<Vec<Method>>,
    is_timed: Cell<bool>,
    is_switched: Cell<bool>,
}

/// Answers with what it reads.
struct Echo(Rc<Seen>);

impl Service for Echo {
    type Future = LocalBoxFuture<'static, Response<BoxBody>>;

    fn call(&self, request: Request) -> Self::Future {
        self.0.methods.borrow_mut().push(request.method().clone());
        Box::pin(answer(request, self.0.clone()))
    }

    fn refuse(&self, refusal: Refusal, _: Option<SocketAddr>) -> Response<BoxBody> {
        Response::with_body(refusal.status, BoxBody::new(format!("refused: {}", refusal.detail)))
    }
}

async fn answer(mut request: Request, seen: Rc<Seen>) -> Response<BoxBody> {
    let mut payload = request.take_payload();
    let is_upgrade = request.upgrade();
    match request.path() {
        // Reads nothing.
        "/unread" => {
            seen.is_timed.set(true);
            ok("unread")
        }
        // Reads a piece.
        "/part" => {
            seen.is_timed.set(true);
            let piece = payload.next().await;
            ok(format!("{}", piece.is_some()))
        }
        "/later" => {
            sleep(Duration::from_secs(1)).await;
            echo(&mut payload).await
        }
        // Pieces of a length that is not known.
        "/stream" => {
            let response = echo(&mut payload).await;
            let status = response.status();
            let pieces = [Ok::<_, std::io::Error>(Bytes::from_static(b"ab")), Ok(Bytes::from_static(b"c"))];
            Response::with_body(status, BoxBody::new(BodyStream::new(stream::iter(pieces))))
        }
        "/large" => {
            let read = echo(&mut payload).await;
            if read.status().is_success() { ok("x".repeat(100_000)) } else { read }
        }
        "/close" => {
            let mut response = echo(&mut payload).await;
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            response
        }
        // Becomes a WebSocket, as far as HTTP is concerned.
        "/switch" if is_upgrade => {
            seen.is_switched.set(true);
            let body = BoxBody::new(BodyStream::new(payload));
            let mut response = Response::with_body(StatusCode::SWITCHING_PROTOCOLS, body);
            response.head_mut().set_connection_type(actix_http::ConnectionType::Upgrade);
            response.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
            response
        }
        _ => echo(&mut payload).await,
    }
}

async fn echo(payload: &mut Payload) -> Response<BoxBody> {
    let mut body = Vec::new();
    while let Some(piece) = payload.next().await {
        match piece {
            Ok(piece) => body.extend_from_slice(&piece),
            Err(error) => return failed(&error),
        }
    }
    ok(body)
}

fn failed(error: &PayloadError) -> Response<BoxBody> {
    Response::with_body(StatusCode::BAD_REQUEST, BoxBody::new(error.to_string()))
}

fn ok(body: impl Into<Bytes>) -> Response<BoxBody> {
    Response::with_body(StatusCode::OK, BoxBody::new(body.into()))
}
