//! Slow clients and handlers, over real sockets. Timeouts are short here, so that the tests are fast; each test has a
//! server of its own.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::thread::sleep;
use std::time::{Duration, Instant};

use actix_web::web::Bytes;
use futures_core::Stream;
use start_runtime::{Form, Multipart, Response, prelude::*};

use crate::wire::Server;

const MS: Duration = Duration::from_millis(1);

#[api_route("/slow/hello")]
async fn GET() -> &'static str {
    "hello"
}

#[api_route(POST, "/slow/bytes")]
async fn bytes(event: APIEvent) -> Result<String, Problem> {
    Ok(event.request.bytes().await?.len().to_string())
}

#[api_route(POST, "/slow/extracted")]
async fn extracted(body: Bytes) -> String {
    body.len().to_string()
}

#[api_route(POST, "/slow/form")]
async fn form(Form(fields): Form<Vec<(String, String)>>) -> String {
    fields.len().to_string()
}

#[api_route(POST, "/slow/actix-form")]
async fn actix_form(fields: actix_web::web::Form<Vec<(String, String)>>) -> String {
    fields.len().to_string()
}

#[api_route(POST, "/slow/json")]
async fn json(Json(number): Json<u32>) -> u32 {
    number
}

#[api_route(POST, "/slow/stream")]
async fn stream(event: APIEvent) -> Result<usize, Problem> {
    let mut stream = event.request.stream();
    let mut length = 0;
    while let Some(chunk) = stream.chunk().await? {
        length += chunk.len();
    }
    Ok(length)
}

#[api_route(POST, "/slow/multipart")]
async fn multipart(Multipart(fields): Multipart<BTreeMap<String, String>>) -> usize {
    fields.len()
}

/// Expects this problem as the response, and nothing after it.
fn assert_cut_off(answer: &str, status: &str, detail: &str) {
    let answer = answer.to_lowercase();
    assert!(answer.starts_with(&format!("http/1.1 {status}")), "{answer}");
    assert!(answer.contains("application/problem+json") && answer.contains("connection: close"), "{answer}");
    assert!(answer.contains(detail) && answer.matches("http/1.1").count() == 1, "{answer}");
}

#[test]
fn a_head_that_does_not_arrive_is_a_408() {
    let server = Server::start(|| Start::new().header_timeout(300 * MS));
    let mut first = server.connect();
    first.send("GET /slow/hello HTTP/1.1\r\nhost: x\r\n");
    let mut later = server.connect();
    later.send("GET /slow/hello HTTP/1.1\r\nhost: x\r\n\r\nGET /slow/hello HTTP/1.1\r\nhost: x\r\n");
    assert_eq!(later.receive().1, b"hello");
    // A byte now and then is not enough.
    let started = Instant::now();
    let mut trickle = server.connect();
    for byte in "GET /slow/hello HTTP/1.1\r\nhost: x\r\nx: ".chars().take(30) {
        if std::io::Write::write_all(&mut trickle.stream, byte.to_string().as_bytes()).is_err() {
            break;
        }
        sleep(20 * MS);
    }
    for connection in [&mut first, &mut later, &mut trickle] {
        assert_cut_off(&connection.rest(), "408", "did not arrive in time");
    }
    assert!(started.elapsed() < 3000 * MS, "{:?}", started.elapsed());
}

#[test]
fn a_connection_without_requests_is_closed() {
    let server = Server::start(|| Start::new().header_timeout(200 * MS).keep_alive(500 * MS));
    let mut silent = server.connect();
    let started = Instant::now();
    assert_eq!(silent.rest(), "");
    assert!((150 * MS..450 * MS).contains(&started.elapsed()), "{:?}", started.elapsed());
    let mut idle = server.connect();
    for _ in 0..2 {
        idle.send("GET /slow/hello HTTP/1.1\r\nhost: x\r\n\r\n");
        assert_eq!(idle.receive().1, b"hello");
        sleep(350 * MS);
    }
    assert_eq!(idle.rest(), "");
    let closing = Server::start(|| Start::new().keep_alive(Duration::ZERO));
    let mut once = closing.connect();
    once.send("GET /slow/hello HTTP/1.1\r\nhost: x\r\n\r\n");
    let answer = once.rest();
    assert!(answer.contains("connection: close") && answer.ends_with("hello"), "{answer}");
}

const PART: &str = "--b\r\ncontent-disposition: form-data; name=a\r\n\r\nhel";

#[test]
fn a_body_that_stops_is_a_408_whoever_reads_it() {
    let server = Server::start(|| Start::new().body_timeout(300 * MS));
    let started = Instant::now();
    let stopped = [
        ("/slow/bytes", "text/plain", "content-length: 100", "hello"),
        ("/slow/bytes", "text/plain", "transfer-encoding: chunked", "5\r\nhello\r\n"),
        ("/slow/extracted", "text/plain", "content-length: 100", "hello"),
        ("/slow/json", "application/json", "content-length: 100", "4"),
        ("/slow/form", "application/x-www-form-urlencoded", "content-length: 100", "a=1"),
        ("/slow/actix-form", "application/x-www-form-urlencoded", "content-length: 100", "a=1"),
        ("/slow/stream", "text/plain", "content-length: 100", "hello"),
        ("/slow/multipart", "multipart/form-data; boundary=b", "content-length: 100", "--b\r\n"),
        ("/slow/multipart", "multipart/form-data; boundary=b", "content-length: 100", PART),
    ];
    let connections = stopped.map(|(path, content_type, length, body)| {
        let mut connection = server.connect();
        connection
            .send(format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: {content_type}\r\n{length}\r\n\r\n{body}"));
        (path, connection)
    });
    for (path, mut connection) in connections {
        let answer = connection.rest();
        assert!(answer.contains("the body did not arrive in time"), "{path}: {answer}");
        assert_cut_off(&answer, "408", "the body did not arrive in time");
    }
    assert!(started.elapsed() < 3000 * MS, "{:?}", started.elapsed());
}

#[test]
fn a_body_may_take_long_but_not_trickle() {
    let server = Server::start(|| Start::new().body_timeout(400 * MS));
    let mut steady = server.connect();
    steady.send("POST /slow/bytes HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n");
    let mut trickle = server.connect();
    trickle.send("POST /slow/bytes HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n");
    for _ in 0..10 {
        steady.send("a".repeat(100));
        let _ = std::io::Write::write_all(&mut trickle.stream, b"a");
        sleep(100 * MS);
    }
    assert_eq!(steady.receive().1, b"1000");
    assert_cut_off(&trickle.rest(), "408", "the body did not arrive in time");
}

static DROPPED: AtomicUsize = AtomicUsize::new(0);

struct Dropped(&'static str);

impl Drop for Dropped {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::SeqCst);
        assert_ne!(self.0, "panic", "a panic while the handler is dropped");
    }
}

#[api_route(GET, "/slow/handler/[how]")]
async fn handler(event: APIEvent, how: String) -> &'static str {
    let _dropped = Dropped(if how == "panics" { "panic" } else { "" });
    event.response.set_header("x-staged", "yes");
    actix_web::rt::time::sleep(Duration::from_secs(60)).await;
    "late"
}

#[test]
fn a_handler_that_takes_too_long_is_dropped() {
    let server = Server::start(|| Start::new().request_timeout(200 * MS));
    let mut connection = server.connect();
    for (count, how) in ["waits", "panics", "waits"].into_iter().enumerate() {
        connection.send(format!("GET /slow/handler/{how} HTTP/1.1\r\nhost: x\r\n\r\n"));
        let (head, body) = connection.receive();
        let body = String::from_utf8(body).unwrap();
        assert!(head.starts_with("http/1.1 503") && !head.contains("x-staged"), "{head}");
        assert!(body.contains("the answer took too long") && !body.contains("slow::handler"), "{body}");
        assert_eq!(DROPPED.load(Ordering::SeqCst), count + 1);
    }
    connection.send("GET /slow/hello HTTP/1.1\r\nhost: x\r\n\r\n");
    assert_eq!(connection.receive().1, b"hello");
}

/// Produces pieces without end, and records when it is dropped.
struct Endless;

static ENDLESS_DROPPED: AtomicBool = AtomicBool::new(false);

impl Stream for Endless {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(Some(Ok(Bytes::from_static(&[b'a'; 32 * 1024]))))
    }
}

impl Drop for Endless {
    fn drop(&mut self) {
        ENDLESS_DROPPED.store(true, Ordering::SeqCst);
    }
}

#[api_route(GET, "/slow/endless")]
async fn endless() -> Response {
    Response::stream(Endless)
}

#[test]
fn a_client_that_takes_nothing_of_its_answer_is_cut_off() {
    let server = Server::start(|| Start::new().write_timeout(400 * MS));
    let mut connection = server.connect();
    connection.send("GET /slow/endless HTTP/1.1\r\nhost: x\r\n\r\n");
    let mut piece = vec![0; 64 * 1024];
    for _ in 0..10 {
        // As long as the client takes some of it, the response continues.
        connection.stream.read_exact(&mut piece).unwrap();
        sleep(50 * MS);
        assert!(!ENDLESS_DROPPED.load(Ordering::SeqCst));
    }
    let started = Instant::now();
    while !ENDLESS_DROPPED.load(Ordering::SeqCst) {
        assert!(started.elapsed() < 4000 * MS, "the answer is still being made");
        sleep(10 * MS);
    }
}

/// A piece every 150 ms, ten times.
struct Ticks(u8, Pin<Box<actix_web::rt::time::Sleep>>);

impl Stream for Ticks {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.0 == 10 {
            return Poll::Ready(None);
        }
        match self.1.as_mut().poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => {
                self.0 += 1;
                self.1 = Box::pin(actix_web::rt::time::sleep(150 * MS));
                Poll::Ready(Some(Ok(Bytes::from_static(b"tick "))))
            }
        }
    }
}

#[api_route(GET, "/slow/ticks")]
async fn ticks() -> Response {
    Response::stream(Ticks(0, Box::pin(actix_web::rt::time::sleep(150 * MS))))
}

#[test]
fn an_answer_may_take_longer_than_a_client() {
    let server = Server::start(|| {
        let start = Start::new().header_timeout(200 * MS).keep_alive(200 * MS).body_timeout(200 * MS);
        start.write_timeout(200 * MS).request_timeout(400 * MS)
    });
    let mut connection = server.connect();
    // The next request arrives while the first is being answered: its time begins afterwards.
    connection.send("GET /slow/ticks HTTP/1.1\r\nhost: x\r\n\r\nGET /slow/ticks HTTP/1.1\r\nhost: x\r\nconn");
    sleep(1000 * MS);
    connection.send("ection: close\r\n\r\n");
    let answers = connection.rest();
    assert_eq!(answers.matches("tick ").count(), 20, "{answers}");
}

#[test]
fn slow_clients_do_not_stop_others() {
    let server = Server::start(|| Start::new().header_timeout(Duration::from_secs(5)));
    let slow: Vec<_> = (0..200)
        .map(|number| {
            let mut connection = server.connect();
            connection.send(match number % 3 {
                0 => "",
                1 => "GET /slow/hello HTTP/1.1\r\nhost:",
                _ => "POST /slow/bytes HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nhello",
            });
            connection
        })
        .collect();
    let mut connection = server.connect();
    let started = Instant::now();
    for _ in 0..200 {
        connection.send("GET /slow/hello HTTP/1.1\r\nhost: x\r\n\r\n");
        assert_eq!(connection.receive().1, b"hello");
    }
    assert!(started.elapsed() < 2000 * MS, "{:?}", started.elapsed());
    drop(slow);
}
