//! Over real sockets: connections, HEAD on the wire, limits, shutdown.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use start_runtime::Rooms;
use start_runtime::prelude::*;

#[api_route("/s/hello")]
async fn GET() -> &'static str {
    "Hello World"
}

#[api_route(POST, "/s/panic")]
async fn panics(event: APIEvent) -> String {
    panic!("{}", event.request.path())
}

#[api_route(POST, "/s/json")]
async fn json(Json(number): Json<u32>) -> u32 {
    number
}

/// A server for one test on a thread, until the test ends.
struct Server {
    address: SocketAddr,
    stop: Option<Box<dyn FnOnce()>>,
}

impl Server {
    fn start() -> Self {
        let (sender, receiver) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let start = Start::new().workers(1).body_limit(1000).shutdown_timeout(Duration::from_secs(3));
                let listening = start
                    .data(crate::extractors::Owls(3))
                    .data(Rooms::<String>::new())
                    .listen(([127, 0, 0, 1], 0).into())
                    .await
                    .unwrap();
                sender.send((listening.addresses[0], listening.server.handle())).unwrap();
                listening.server.await.unwrap();
            });
        });
        let (address, handle) = receiver.recv().unwrap();
        let stop = Box::new(move || {
            actix_web::rt::System::new().block_on(handle.stop(false));
            thread.join().unwrap();
        });
        Self { address, stop: Some(stop) }
    }

    fn connect(&self) -> Connection {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        Connection { stream, buffer: Vec::new() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop();
        }
    }
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    fn send(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).unwrap();
    }

    /// Reads the next response: its head, and as much body as the head announces (none after HEAD).
    fn receive(&mut self, head_only: bool) -> (String, String) {
        let end = loop {
            if let Some(at) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            self.fill();
        };
        let head = String::from_utf8(self.buffer.drain(..end).collect()).unwrap().to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
        let length = if head_only { 0 } else { length };
        while self.buffer.len() < length {
            self.fill();
        }
        (head, String::from_utf8(self.buffer.drain(..length).collect()).unwrap())
    }

    fn fill(&mut self) {
        let mut chunk = [0; 4096];
        // A child process that ends interrupts a read.
        let count = loop {
            match self.stream.read(&mut chunk) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                read => break read.unwrap(),
            }
        };
        assert!(count > 0, "the server closed the connection");
        self.buffer.extend_from_slice(&chunk[..count]);
    }
}

#[test]
fn a_connection_survives_a_panic_and_refused_bodies() {
    let server = Server::start();
    let mut connection = server.connect();
    for (request, status) in [
        ("POST /s/panic HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhello", "500"),
        ("POST /s/json HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhello", "415"),
        ("POST /s/nothing HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhello", "404"),
        ("DELETE /s/hello HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhello", "405"),
        ("POST /s/json HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1\r\n\r\n{", "400"),
        ("POST /s/json HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n42", "200"),
    ] {
        connection.send(request);
        let (head, body) = connection.receive(false);
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{request}: {head}{body}");
    }
}

#[test]
fn head_sends_the_headers_of_get_and_no_body() {
    let server = Server::start();
    let mut connection = server.connect();
    connection.send("HEAD /s/hello HTTP/1.1\r\nhost: x\r\n\r\n");
    let (head, _) = connection.receive(true);
    assert!(
        head.contains("content-length: 11\r\n") && head.contains("content-type: text/plain; charset=utf-8\r\n"),
        "{head}"
    );
    connection.send("GET /s/hello HTTP/1.1\r\nhost: x\r\n\r\n");
    assert_eq!(connection.receive(false).1, "Hello World");
}

#[test]
fn a_body_over_the_limit_is_refused_before_it_is_sent() {
    let server = Server::start();
    let mut connection = server.connect();
    connection
        .send("POST /s/json HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n");
    assert!(connection.receive(false).0.starts_with("http/1.1 413"));
    let mut connection = server.connect();
    let chunk = format!("{:x}\r\n{}\r\n", 600, "1".repeat(600));
    connection.send(&format!("POST /s/json HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{chunk}{chunk}0\r\n\r\n"));
    assert!(connection.receive(false).0.starts_with("http/1.1 413"));
}

#[api_route(GET, "/s/seen")]
async fn seen(event: APIEvent) -> String {
    format!("{} {:?}", event.request.url(), start_runtime::parse_cookies(&event))
}

#[test]
fn absolute_targets_and_broken_cookies_are_read() {
    let server = Server::start();
    let mut connection = server.connect();
    connection.send("GET http://other/s/seen?x=1 HTTP/1.1\r\nhost: other\r\n\r\n");
    assert_eq!(connection.receive(false).1, "http://other/s/seen?x=1 []");
    connection.stream.write_all(b"GET /s/seen HTTP/1.1\r\nhost: x\r\ncookie: ok=1; g=\xe4; h=2\r\n\r\n").unwrap();
    assert_eq!(connection.receive(false).1, r#"http://x/s/seen [("ok", "1"), ("h", "2")]"#);
}

#[test]
fn options_of_the_server_are_told() {
    let server = Server::start();
    let mut connection = server.connect();
    connection.send("OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n");
    let (head, _) = connection.receive(false);
    assert!(head.starts_with("http/1.1 204") && head.contains("allow: get, head"), "{head}");
}
