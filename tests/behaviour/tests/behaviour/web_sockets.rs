//! WebSockets: what comes before the handshake, what the handler's end means, and that nothing outlives its client.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use start_runtime::serde_json::Value;
use start_runtime::{Close, CloseCode, Query, Response, Socket, SocketClosed, Sockets, Start, prelude::*};

use crate::wire::{Server, Wire, eventually};

#[ws_route("/socket/echo/[room]", protocols = ["b", "a"])]
async fn echo(mut socket: WebSocket, room: String) -> Result<(), SocketClosed> {
    let protocol = socket.protocol().unwrap_or("none");
    socket.send(format!("{room} {protocol}")).await?;
    while let Some(message) = socket.next().await {
        socket.send(message).await?;
    }
    Ok(())
}

#[derive(serde::Serialize, serde::Deserialize, JsonSchema)]
struct Line {
    text: String,
}

#[ws_route("/socket/typed", message_limit = 100)]
async fn typed(mut socket: Socket<Line>) {
    while let Some(line) = socket.next().await {
        if socket.send(&line).await.is_err() {
            break;
        }
    }
}

#[derive(Clone)]
struct Wizard(String);

#[extractor(security = bearer("wand"))]
async fn wizard(event: APIEvent) -> Result<Wizard, Problem> {
    let token = event.request.bearer_token()?;
    token.map(|token| Wizard(token.into())).ok_or_else(|| Problem::unauthorized("who is there?"))
}

#[derive(serde::Deserialize, JsonSchema)]
struct Page {
    page: u8,
}

#[ws_route("/socket/guarded/[number]")]
async fn guarded(socket: WebSocket, number: u8, wizard: Wizard, page: Query<Page>, event: APIEvent) {
    event.cookies().set(("late", "not sent"));
    let _ = socket.send(format!("{number} {} {}", wizard.0, page.page)).await;
}

#[ws_route("/socket/shared")]
async fn shared(socket: WebSocket) {
    let _ = socket.send("socket").await;
}

#[api_route(GET, "/socket/shared")]
async fn shared_get() -> &'static str {
    "route"
}

#[ws_route("/socket/page")]
async fn with_page(socket: WebSocket) {
    let _ = socket.send("socket").await;
}

#[page_route("/socket/page")]
async fn page() -> &'static str {
    "page"
}

/// Ends as the path says.
#[ws_route("/socket/ends/[how]")]
async fn ends(mut socket: WebSocket, how: String) -> Result<(), Problem> {
    let _ = socket.next().await;
    match how.as_str() {
        "well" => Ok(()),
        "closed" => {
            socket.close(Close::because(CloseCode::new(4001).unwrap(), "kicked"));
            Ok(())
        }
        "error" => Err(Close::because(CloseCode::TRY_AGAIN, "later"))?,
        "problem" => Err(Problem::forbidden("not you")),
        "failure" => Err(Problem::internal("the secret reason")),
        "io" => Err(std::io::Error::other("the secret reason"))?,
        "panic" => panic!("a panic in a socket"),
        other => Err(Problem::not_found(other.to_owned())),
    }
}

/// Held by tests that count handlers.
static COUNTING: Mutex<()> = Mutex::new(());

static RUNNING: AtomicUsize = AtomicUsize::new(0);

struct Runs;

impl Runs {
    fn begin() -> Self {
        RUNNING.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Runs {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Never asks for a message, and never returns.
#[ws_route("/socket/stuck")]
async fn stuck(_socket: WebSocket) {
    let _runs = Runs::begin();
    std::future::pending::<()>().await;
}

/// Sends as much as the client takes.
#[ws_route("/socket/flood")]
async fn flood(socket: WebSocket) {
    let _runs = Runs::begin();
    while socket.send(vec![0; 8192]).await.is_ok() {
        SENT.fetch_add(1, Ordering::SeqCst);
    }
}

static POLLS: AtomicUsize = AtomicUsize::new(0);

/// Counts how often it is polled.
#[ws_route("/socket/polled")]
async fn polled(mut socket: WebSocket) {
    let _ = socket.send("ready").await;
    let mut next = std::pin::pin!(socket.next());
    std::future::poll_fn(|cx| {
        POLLS.fetch_add(1, Ordering::SeqCst);
        next.as_mut().poll(cx)
    })
    .await;
}

static SENT: AtomicUsize = AtomicUsize::new(0);

/// A thread sends, and the handler waits for the client's end.
#[ws_route("/socket/thread")]
async fn thread(socket: WebSocket) {
    let (sender, mut receiver) = socket.split();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            for number in 0..100 {
                sender.send(format!("{number}")).await.unwrap();
            }
        });
    });
    while receiver.next().await.is_some() {}
}

/// What in-process fetches of a socket answer.
#[api_route(GET, "/socket/fetched")]
async fn fetched(event: APIEvent) -> Result<Response, Problem> {
    let plain = event.fetch("/socket/echo/a").await?.status();
    let request = start_runtime::Request::get("/socket/echo/a")
        .header("Connection", "Upgrade")
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    let asked = event.fetch(request).await?.status();
    Ok(Response::new(format!("{} {}", plain.as_u16(), asked.as_u16())))
}

/// A client's end of a socket.
struct Client(Wire);

impl Client {
    /// Asks for a socket; the status, and the client if it is 101.
    fn ask(server: &Server, path: &str, more: &str) -> (String, Self) {
        let mut wire = server.connect();
        wire.send(format!(
            "GET {path} HTTP/1.1\r\nHost: owls.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
        ));
        let (head, body) = wire.receive();
        (head + &String::from_utf8_lossy(&body), Self(wire))
    }

    fn open(server: &Server, path: &str) -> Self {
        let (head, client) = Self::ask(server, path, "");
        assert!(head.starts_with("http/1.1 101 "), "{path}: {head}");
        client
    }

    fn send(&mut self, first: u8, payload: &[u8]) {
        let mut frame = vec![first, 0x80 | u8::try_from(payload.len()).unwrap(), 1, 2, 3, 4];
        frame.extend(payload.iter().zip([1, 2, 3, 4].into_iter().cycle()).map(|(byte, mask)| byte ^ mask));
        self.0.send(frame);
    }

    /// The first byte of a frame, and its payload.
    fn frame(&mut self) -> (u8, Vec<u8>) {
        let head = self.0.take(2);
        let length = match head[1] {
            126 => usize::from(u16::from_be_bytes(self.0.take(2).try_into().unwrap())),
            127 => usize::try_from(u64::from_be_bytes(self.0.take(8).try_into().unwrap())).unwrap(),
            length => usize::from(length),
        };
        (head[0], self.0.take(length))
    }

    fn text(&mut self) -> String {
        let (first, payload) = self.frame();
        assert_eq!(first, 0x81);
        String::from_utf8(payload).unwrap()
    }

    /// The code and the reason of a close frame.
    fn close(&mut self) -> (u16, String) {
        let (first, payload) = self.frame();
        assert_eq!(first, 0x88, "{payload:?}");
        (u16::from_be_bytes([payload[0], payload[1]]), String::from_utf8(payload[2..].to_vec()).unwrap())
    }
}

#[test]
fn messages_go_both_ways_and_a_protocol_is_agreed_upon() {
    let server = Server::start(Start::new);
    let (head, mut client) = Client::ask(&server, "/socket/echo/owlery", "Sec-WebSocket-Protocol: a, b\r\n");
    assert!(head.contains("sec-websocket-protocol: b\r\n") && !head.contains("content-length"), "{head}");
    assert_eq!(client.text(), "owlery b");
    client.send(0x81, "größe".as_bytes());
    assert_eq!(client.text(), "größe");
    client.send(0x82, &[0, 255]);
    assert_eq!(client.frame(), (0x82, vec![0, 255]));
    client.send(0x89, b"ping");
    assert_eq!(client.frame(), (0x8a, b"ping".to_vec()));
    client.send(0x88, &4000_u16.to_be_bytes());
    assert_eq!(client.close(), (4000, String::new()));
    assert_eq!(client.0.rest(), "");
}

#[test]
fn a_message_that_is_not_of_the_type_closes_the_socket_with_the_reason() {
    let server = Server::start(Start::new);
    for (first, message, expected) in [
        (0x81, r#"{"text":"hi"}"#.to_owned(), None),
        (0x81, r#"{"text":1}"#.to_owned(), Some((1007, "text"))),
        (0x81, "{".to_owned(), Some((1007, "JSON"))),
        (0x82, r#"{"text":"hi"}"#.to_owned(), Some((1003, "text messages"))),
        (0x81, "x".repeat(101), Some((1009, "100 bytes"))),
    ] {
        let mut client = Client::open(&server, "/socket/typed");
        client.send(first, message.as_bytes());
        match expected {
            None => assert_eq!(client.text(), message),
            Some((code, part)) => {
                let (found, reason) = client.close();
                assert!(found == code && reason.contains(part), "{message}: {found} {reason}");
            }
        }
    }
}

#[test]
fn guards_params_and_extractors_answer_before_the_handshake() {
    let server = Server::start(Start::new);
    let path = "/socket/guarded/7?page=2";
    let key = "Authorization: Bearer harry\r\n";
    for (path, more, expected) in [
        (path, "", "401 unauthorized"),
        ("/socket/guarded/300?page=2", key, "400 bad request"),
        ("/socket/guarded/7?page=x", key, "400 bad request"),
        ("/socket/guarded/7", key, "400 bad request"),
        ("/socket/guarded/7/8", key, "404 not found"),
        (path, "Authorization: Bearer harry\r\nOrigin: https://evil.example\r\n", "403 forbidden"),
    ] {
        let (head, _) = Client::ask(&server, path, more);
        assert!(head.starts_with(&format!("http/1.1 {expected}")), "{path} {more}: {head}");
        assert!(head.contains("application/problem+json"), "{head}");
    }
    let (head, mut client) = Client::ask(&server, path, key);
    assert!(head.starts_with("http/1.1 101") && !head.contains("set-cookie"), "{head}");
    assert_eq!(client.text(), "7 harry 2");
    assert_eq!(client.close().0, 1000);
}

#[start_runtime::test]
async fn the_upgrade_decides_between_a_socket_and_a_route_of_its_path() {
    let app = start_runtime::test::app();
    let plain = [("/socket/shared", 200, "route"), ("/socket/page", 200, "page"), ("/socket/echo/a", 426, "")];
    for (path, status, text) in plain {
        let answer = app.get(path).await;
        assert_eq!(answer.status(), status, "{path}");
        assert!(status != 200 || answer.text().await.unwrap() == text);
        let head = app.head(path).await;
        assert_eq!(head.status(), if status == 200 { 200 } else { 405 }, "HEAD {path}");
    }
    let upgrade = app.get("/socket/echo/a").await;
    assert_eq!(upgrade.header("upgrade"), Some("websocket"));
    let allow = |answer: &start_runtime::FetchResponse| answer.header("allow").map(str::to_owned);
    assert_eq!(allow(&app.post("/socket/echo/a").await).as_deref(), Some("GET"));
    assert_eq!(app.options("/socket/echo/a").await.status(), 405);
    assert_eq!(allow(&app.post("/socket/shared").await).as_deref(), Some("GET, HEAD, OPTIONS"));
    assert_eq!(app.options("/socket/shared").await.status(), 204);
    assert_eq!(app.get("/socket/fetched").await.text().await.unwrap(), "426 426");
}

#[test]
fn the_same_over_a_connection() {
    let server = Server::start(Start::new);
    for path in ["/socket/shared", "/socket/page"] {
        assert_eq!(Client::open(&server, path).text(), "socket");
    }
}

#[test]
fn the_end_of_a_handler_closes_its_socket() {
    let server = Server::start(Start::new);
    for (how, code, reason) in [
        ("well", 1000, ""),
        ("closed", 4001, "kicked"),
        ("error", 1013, "later"),
        ("problem", 1008, "not you"),
        ("unknown", 1008, "unknown"),
        ("failure", 1011, ""),
        ("io", 1011, ""),
        ("panic", 1011, ""),
    ] {
        let mut client = Client::open(&server, &format!("/socket/ends/{how}"));
        client.send(0x81, b"go");
        assert_eq!(client.close(), (code, reason.to_owned()), "{how}");
    }
}

#[test]
fn a_handler_is_dropped_within_a_second_however_its_client_leaves() {
    let _alone = COUNTING.lock().unwrap_or_else(PoisonError::into_inner);
    let server = Server::start(Start::new);
    type Leave = fn(&mut Client);
    let ways: [(&str, Leave); 5] = [
        ("a close frame", |client| client.send(0x88, &[])),
        ("FIN", |client| client.0.stream.shutdown(std::net::Shutdown::Write).unwrap()),
        ("RST", |client| {
            socket2::SockRef::from(&client.0.stream).set_linger(Some(Duration::ZERO)).unwrap();
            let other = std::net::TcpStream::connect(client.0.stream.peer_addr().unwrap()).unwrap();
            client.0.stream = other;
        }),
        ("messages that nobody asks for, then FIN", |client| {
            for _ in 0..50 {
                client.send(0x81, &[b'x'; 100]);
            }
            client.0.stream.shutdown(std::net::Shutdown::Write).unwrap();
        }),
        ("a broken frame", |client| client.send(0x83, b"x")),
    ];
    for path in ["/socket/stuck", "/socket/flood"] {
        for (way, leave) in ways {
            let mut client = Client::open(&server, path);
            eventually("the handler runs", || RUNNING.load(Ordering::SeqCst) == 1);
            leave(&mut client);
            let left = Instant::now();
            eventually("the handler is dropped", || RUNNING.load(Ordering::SeqCst) == 0);
            assert!(left.elapsed() < Duration::from_millis(1200), "{path} {way}: {:?}", left.elapsed());
        }
    }
    // A client that does not read holds its sender back.
    SENT.store(0, Ordering::SeqCst);
    let client = Client::open(&server, "/socket/flood");
    let mut before = usize::MAX;
    eventually("the sender waits", || {
        std::thread::sleep(Duration::from_millis(200));
        std::mem::replace(&mut before, SENT.load(Ordering::SeqCst)) == SENT.load(Ordering::SeqCst)
    });
    assert!(SENT.load(Ordering::SeqCst) * 8192 < 16 * 1024 * 1024);
    drop(client);
    eventually("the handler is dropped", || RUNNING.load(Ordering::SeqCst) == 0);
}

#[test]
fn a_socket_that_waits_is_not_polled() {
    let server = Server::start(Start::new);
    let mut client = Client::open(&server, "/socket/polled");
    assert_eq!(client.text(), "ready");
    std::thread::sleep(Duration::from_millis(300));
    client.send(0x81, b"go");
    assert_eq!(client.close().0, 1000);
    assert!(POLLS.load(Ordering::SeqCst) < 10, "{}", POLLS.load(Ordering::SeqCst));
}

#[test]
fn any_thread_can_send() {
    let server = Server::start(Start::new);
    let mut client = Client::open(&server, "/socket/thread");
    for number in 0..100 {
        assert_eq!(client.text(), number.to_string());
    }
}

#[test]
fn a_client_that_answers_no_ping_is_gone() {
    let ping = Duration::from_millis(200);
    let server = Server::start(move || Start::new().sockets(Sockets::new().ping(ping, 2 * ping)));
    let mut quiet = Client::open(&server, "/socket/echo/a");
    assert_eq!(quiet.text(), "a none");
    let from = Instant::now();
    loop {
        match quiet.frame() {
            (0x89, _) => {}
            (0x88, payload) => {
                assert_eq!(payload[..2], 1008_u16.to_be_bytes());
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(from.elapsed() < Duration::from_millis(1500), "{:?}", from.elapsed());
    let mut lively = Client::open(&server, "/socket/echo/a");
    lively.text();
    for _ in 0..6 {
        let (first, payload) = lively.frame();
        assert_eq!(first, 0x89);
        lively.send(0x8a, &payload);
    }
    lively.send(0x81, b"still here");
    assert_eq!(lively.text(), "still here");
}

#[test]
fn a_server_that_stops_tells_every_client_and_waits_for_none() {
    let _alone = COUNTING.lock().unwrap_or_else(PoisonError::into_inner);
    let server = Server::start(Start::new);
    let mut clients: Vec<Client> = (0..100).map(|_| Client::open(&server, "/socket/echo/a")).collect();
    clients.extend((0..20).map(|_| Client::open(&server, "/socket/stuck")));
    eventually("the handlers run", || RUNNING.load(Ordering::SeqCst) >= 20);
    let started = Instant::now();
    let handle = server.handle.clone();
    let stopping = std::thread::spawn(move || actix_web::rt::System::new().block_on(handle.stop()));
    for (index, client) in clients.iter_mut().enumerate() {
        if index < 100 {
            client.text();
        }
        assert_eq!(client.close(), (1001, "the server stops".to_owned()));
    }
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    stopping.join().unwrap();
    // None of the clients has answered or closed its side.
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    eventually("the handlers are dropped", || RUNNING.load(Ordering::SeqCst) == 0);
}

#[test]
fn other_origins_are_let_in_by_one_line() {
    let server = Server::start(|| Start::new().sockets(Sockets::new().origin("https://app.example")));
    for (origin, status) in
        [("https://app.example", 101), ("http://owls.example", 101), ("https://other.example", 403), ("null", 403)]
    {
        let (head, _) = Client::ask(&server, "/socket/shared", &format!("Origin: {origin}\r\n"));
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{origin}: {head}");
    }
    let server = Server::start(|| Start::new().sockets(Sockets::new().any_origin()));
    let (head, _) = Client::ask(&server, "/socket/shared", "Origin: null\r\n");
    assert!(head.starts_with("http/1.1 101 "), "{head}");
}

#[start_runtime::test]
async fn the_document_has_the_socket_as_an_extension_of_its_path() {
    let document: Value = start_runtime::test::app().get("/openapi.json").await.json().await.unwrap();
    let path = &document["paths"]["/socket/echo/{room}"];
    assert!(path["x-websocket"].is_object(), "{path}");
    assert_eq!(path["x-websocket"]["protocols"], start_runtime::serde_json::json!(["b", "a"]));
    assert_eq!(path["x-websocket"]["parameters"][0]["name"], "room");
    assert!(path["x-websocket"]["responses"]["101"].is_object() && path["x-websocket"]["responses"]["200"].is_null());
    assert!(path["get"].is_null(), "{path}");
    assert!(document["paths"]["/socket/shared"]["get"].is_object());
    let typed = &document["paths"]["/socket/typed"]["x-websocket"];
    assert_eq!(typed["receives"], typed["sends"]);
    assert!(typed["receives"]["$ref"].as_str().unwrap().contains("Line"), "{typed}");
    let guarded = &document["paths"]["/socket/guarded/{number}"]["x-websocket"];
    assert!(guarded["security"][0]["wand"].is_array() && guarded["responses"]["401"].is_object(), "{guarded}");
}
