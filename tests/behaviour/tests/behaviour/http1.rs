//! HTTP/1.1 on the wire: malformed requests, pipelined requests, `Expect`, HTTP/1.0. `tests/conformance` has many more
//! cases.

use std::sync::Mutex;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Payload};
use futures_core::Stream;
use start_runtime::{Response, prelude::*};

use crate::wire::Server;

const MS: Duration = Duration::from_millis(1);

/// Answers later, as handlers with a database do.
#[api_route("/h1/later")]
async fn GET(event: APIEvent) -> String {
    actix_web::rt::time::sleep(50 * MS).await;
    event.request.query_string().to_owned()
}

#[api_route(POST, "/h1/echo")]
async fn echo(event: APIEvent) -> Result<String, Problem> {
    actix_web::rt::time::sleep(50 * MS).await;
    event.request.text().await
}

#[api_route(POST, "/h1/refuses")]
async fn refuses() -> Problem {
    Problem::forbidden("not for you")
}

/// `abc`, in two pieces.
struct Pieces(u8);

impl Stream for Pieces {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0 += 1;
        std::task::Poll::Ready(match self.0 {
            1 => Some(Ok(Bytes::from_static(b"ab"))),
            2 => Some(Ok(Bytes::from_static(b"c"))),
            _ => None,
        })
    }
}

#[api_route(GET, "/h1/pieces")]
async fn pieces() -> Response {
    Response::stream(Pieces(0))
}

/// Echoes whatever arrives, once the protocol has been switched.
#[api_route(GET, "/h1/upgraded")]
async fn upgraded(payload: Payload) -> HttpResponse {
    HttpResponse::SwitchingProtocols().upgrade("websocket").streaming(payload)
}

static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

#[test]
fn what_is_no_request_is_a_problem_that_on_error_sees() {
    let server = Server::start(|| {
        Start::new().header_limit(1000).on_error(|problem, request| {
            let client = request.client_address().is_some();
            let seen = format!("{} {} {} {client}", problem.status().as_u16(), request.method(), request.uri());
            SEEN.lock().unwrap().push(seen);
            Response::from(problem).header("x-seen", "yes")
        })
    });
    let long = "a".repeat(1000);
    for (request, status, detail) in [
        ("GET /h1/later HTTP/1.1\r\n\r\n".to_owned(), 400, "Host"),
        ("GET /h1/later HTTP/1.1\r\nhost: x\r\nx : y\r\n\r\n".to_owned(), 400, "colon"),
        ("GET /h1/later HTTP/1.1\nhost: x\n\n".to_owned(), 400, "CRLF"),
        ("GET /h1/later HTTP/3.0\r\nhost: x\r\n\r\n".to_owned(), 505, "HTTP/1.1"),
        ("GET /h1/later HTTP/1.1\r\nhost: x\r\nexpect: more\r\n\r\n".to_owned(), 417, "100-continue"),
        (format!("GET /{long} HTTP/1.1\r\nhost: x\r\n\r\n"), 414, "1000 bytes"),
        (format!("GET / HTTP/1.1\r\nhost: x\r\nx: {long}\r\n\r\n"), 431, "1000 bytes"),
    ] {
        // Behind a slow request: responses come in order.
        let mut connection = server.connect();
        connection.send(format!("GET /h1/later?first HTTP/1.1\r\nhost: x\r\n\r\n{request}"));
        assert_eq!(connection.receive().1, b"first");
        let answer = connection.rest();
        let head = answer.to_lowercase();
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{request:?}: {answer}");
        for part in ["application/problem+json", "connection: close", "date: ", "x-seen: yes"] {
            assert!(head.contains(part), "{request:?}: {answer}");
        }
        assert!(answer.contains(detail), "{request:?}: {answer}");
        assert_eq!(SEEN.lock().unwrap().pop().unwrap(), format!("{status} - * true"));
    }
}

#[test]
fn a_broken_body_is_told_to_whoever_reads_it() {
    let server = Server::start(Start::new);
    let mut connection = server.connect();
    connection.send("POST /h1/echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n");
    let answer = connection.rest();
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("a chunk is not as long as it says"), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
}

#[test]
fn requests_in_a_row_are_not_mixed_up() {
    let server = Server::start(Start::new);
    let get = |query: &str| format!("GET /h1/later?{query} HTTP/1.1\r\nhost: x\r\n\r\n");
    let head = "HEAD /h1/later?head HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut connection = server.connect();
    connection.send([head, &get("a"), head, &get("b"), &get("c")].concat());
    connection.send("POST /h1/echo HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\n");
    std::thread::sleep(20 * MS);
    connection.send("body");
    connection.send(get("d"));
    connection.send("GET /h1/later?last HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    connection.send(get("never"));
    let text = connection.rest();
    let bodies: Vec<&str> = text
        .split("HTTP/1.1 200 OK\r\n")
        .skip(1)
        .map(|answer| answer.split_once("\r\n\r\n").map_or("no end", |(_, body)| body))
        .collect();
    assert_eq!(bodies, ["", "a", "", "b", "c", "body", "d", "last"], "{text}");
    assert_eq!(text.matches("connection: close").count(), 1, "{text}");
}

#[test]
fn a_client_is_told_to_go_on_when_its_body_is_read() {
    let server = Server::start(|| Start::new().body_limit(1000));
    let request = |path: &str, length: u32| {
        format!("POST {path} HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: {length}\r\n\r\n")
    };
    let mut connection = server.connect();
    connection.send(request("/h1/echo", 5));
    assert!(connection.receive().0.starts_with("http/1.1 100"));
    connection.send("hello");
    let (head, body) = connection.receive();
    assert!(head.starts_with("http/1.1 200") && body == b"hello", "{head}");
    for (path, length, status) in
        [("/h1/refuses", 5, "403"), ("/h1/nothing", 5, "404"), ("/h1/later", 5, "405"), ("/h1/echo", 2000, "413")]
    {
        let mut connection = server.connect();
        connection.send(request(path, length));
        let (head, _) = connection.receive();
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{path}: {head}");
    }
}

#[test]
fn a_stream_to_http_1_0_ends_with_its_connection() {
    let server = Server::start(Start::new);
    for request in ["GET /h1/pieces HTTP/1.0\r\n\r\n", "GET /h1/pieces HTTP/1.0\r\nconnection: keep-alive\r\n\r\n"] {
        let mut connection = server.connect();
        connection.send(request);
        let answer = connection.rest();
        assert!(answer.ends_with("\r\n\r\nabc") && !answer.contains("transfer-encoding"), "{answer}");
        assert!(!answer.contains("keep-alive"), "{answer}");
    }
    let mut connection = server.connect();
    connection.send("GET /h1/pieces HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    let answer = connection.rest();
    assert!(answer.contains("transfer-encoding: chunked") && answer.ends_with("0\r\n\r\n"), "{answer}");
}

#[test]
fn another_protocol_has_its_own_time() {
    let server = Server::start(|| {
        let start = Start::new().body_timeout(200 * MS).header_timeout(200 * MS).keep_alive(200 * MS);
        start.request_timeout(200 * MS)
    });
    let upgrade = "host: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
    let mut connection = server.connect();
    connection.send(format!("GET /h1/upgraded HTTP/1.1\r\n{upgrade}"));
    assert!(connection.receive().0.starts_with("http/1.1 101"));
    for text in ["GET / HTTP/1.1\n\n", "\0\r\n\r\n"] {
        std::thread::sleep(500 * MS);
        connection.send(text);
        assert_eq!(connection.take(text.len()), text.as_bytes());
    }
    // A client that asks for an upgrade and does not get one is timed like one that sends a body.
    let server = Server::start(|| Start::new().body_timeout(200 * MS));
    let mut connection = server.connect();
    connection.send(format!("POST /h1/echo HTTP/1.1\r\n{upgrade}hello"));
    assert!(connection.rest().starts_with("HTTP/1.1 408"));
}
