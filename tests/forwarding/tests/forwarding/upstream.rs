//! Another program, by hand: it answers as a function says, and keeps what it was sent.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use start_runtime::Start;
use start_runtime::test::{TestApp, app_with};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A program that listens on a port of its own.
#[derive(Clone)]
pub struct Upstream {
    pub url: String,
    pub seen: Arc<Mutex<Vec<Seen>>>,
    pub connections: Arc<AtomicUsize>,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub head: String,
    pub body: String,
}

impl Seen {
    pub fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    pub fn method(&self) -> &str {
        self.head.split(' ').next().unwrap_or_default()
    }

    /// The values of a field, with `|` between them.
    pub fn field(&self, name: &str) -> String {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        let values = lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim());
        values.collect::<Vec<_>>().join("|")
    }
}

impl Upstream {
    /// `answer` returns the bytes for a request; an empty answer ends the connection.
    pub async fn new(answer: impl Fn(&Seen) -> String + Clone + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let upstream = Self { url, seen: Arc::default(), connections: Arc::default() };
        let (this, seen) = (upstream.clone(), upstream.seen.clone());
        actix_web::rt::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                this.connections.fetch_add(1, Ordering::SeqCst);
                actix_web::rt::spawn(serve(socket, seen.clone(), answer.clone()));
            }
        });
        upstream
    }

    /// What came since it was asked last.
    pub fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The program of this package, which asks here.
    pub fn app(&self) -> TestApp {
        self.app_of(Start::new())
    }

    pub fn app_of(&self, start: Start) -> TestApp {
        app_with(start.data(forwarding::Upstream(self.url.clone())))
    }
}

/// Answers the requests of one connection.
pub async fn serve(
    mut socket: impl AsyncRead + AsyncWrite + Unpin,
    all: Arc<Mutex<Vec<Seen>>>,
    answer: impl Fn(&Seen) -> String,
) {
    let mut buffer = Vec::new();
    loop {
        let Some(head) = until(&mut socket, &mut buffer, b"\r\n\r\n").await else { return };
        let mut seen = Seen { head: String::from_utf8_lossy(&head).into_owned(), body: String::new() };
        if let Ok(length) = seen.field("content-length").parse::<usize>() {
            while buffer.len() < length {
                if socket.read_buf(&mut buffer).await.unwrap_or(0) == 0 {
                    return;
                }
            }
            seen.body = String::from_utf8_lossy(&buffer.drain(..length).collect::<Vec<_>>()).into_owned();
        } else if seen.field("transfer-encoding") == "chunked" {
            loop {
                let Some(size) = until(&mut socket, &mut buffer, b"\r\n").await else { return };
                let size = usize::from_str_radix(String::from_utf8_lossy(&size).trim(), 16).unwrap();
                while buffer.len() < size + 2 {
                    if socket.read_buf(&mut buffer).await.unwrap_or(0) == 0 {
                        return;
                    }
                }
                let piece: Vec<u8> = buffer.drain(..size + 2).take(size).collect();
                seen.body.push_str(&String::from_utf8_lossy(&piece));
                if size == 0 {
                    break;
                }
            }
        }
        all.lock().unwrap().push(seen.clone());
        let bytes = answer(&seen);
        if bytes.is_empty() || socket.write_all(bytes.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Takes what comes up to the end of this text.
async fn until(socket: &mut (impl AsyncRead + Unpin), buffer: &mut Vec<u8>, end: &[u8]) -> Option<Vec<u8>> {
    loop {
        if let Some(at) = buffer.windows(end.len()).position(|window| window == end) {
            return Some(buffer.drain(..at + end.len()).collect());
        }
        if socket.read_buf(buffer).await.unwrap_or(0) == 0 {
            return None;
        }
    }
}

/// A 200 with this body.
pub fn ok(body: &str) -> String {
    with("200 OK", &[], body)
}

pub fn with(status: &str, fields: &[&str], body: &str) -> String {
    let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
    format!("HTTP/1.1 {status}\r\n{fields}Content-Length: {}\r\n\r\n{body}", body.len())
}
