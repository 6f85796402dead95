//! The loop over an in-memory stream, byte by byte where it matters, with time that stands still.

mod answers;
mod bodies;
mod cuts;
mod endings;
mod service;
mod upgrades;
mod waits;

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::task::{JoinHandle, LocalSet, spawn_local};
use tokio::time::{Instant, sleep};

use super::{Settings, serve};
use crate::base::timeouts::Timeouts;
use crate::transport::stopping::Stopping;

const MS: Duration = Duration::from_millis(1);

/// A request without a body.
fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")
}

/// A request with a body of this length; the body is to follow.
fn post(path: &str, headers: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n")
}

/// A connection and the client's end of it.
struct Client {
    stream: DuplexStream,
    server: JoinHandle<()>,
    stopping: Arc<Stopping>,
    seen: Rc<service::Seen>,
}

impl Client {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(set: impl FnOnce(&mut Settings)) -> Self {
        Self::over(64 * 1024, set)
    }

    /// A connection that holds so many bytes in each direction.
    fn over(size: usize, set: impl FnOnce(&mut Settings)) -> Self {
        let (stream, theirs) = duplex(size);
        let mut settings = Settings { timeouts: Timeouts::default(), header_limit: 1000 };
        set(&mut settings);
        let stopping = Arc::new(Stopping::new());
        let seen = Rc::new(service::Seen::default());
        let client = Some(([127, 0, 0, 1], 1234).into());
        let service = Rc::new(service::Routes(seen.clone()));
        let server = spawn_local(serve(theirs, client, Rc::new(settings), service, stopping.clone()));
        Self { stream, server, stopping, seen }
    }

    async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Each byte by itself, and the server looks at it.
    async fn send_slowly(&mut self, bytes: impl AsRef<[u8]>) {
        for byte in bytes.as_ref() {
            if self.stream.write_all(&[*byte]).await.is_err() {
                return;
            }
            settle().await;
        }
    }

    /// Ends the client's side.
    async fn end(&mut self) {
        self.stream.shutdown().await.unwrap();
    }

    /// The next bytes, as many as these, which they have to be.
    async fn expect(&mut self, text: &str) {
        let mut bytes = vec![0; text.len()];
        self.stream.read_exact(&mut bytes).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&bytes), text);
    }

    /// The next answer: its head in lower case, and as much body as the head says.
    async fn receive(&mut self) -> (String, String) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await.expect("the server closed the connection"));
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await.unwrap();
        (head, String::from_utf8(body).unwrap())
    }

    /// All that still comes, until the server closes the connection.
    async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        self.stream.read_to_end(&mut bytes).await.unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// What is there now.
    async fn now(&mut self) -> String {
        let (mut bytes, mut piece) = (Vec::new(), vec![0; 64 * 1024]);
        loop {
            tokio::select! {
                biased;
                read = self.stream.read(&mut piece) => match read.unwrap() {
                    0 => break,
                    count => bytes.extend_from_slice(&piece[..count]),
                },
                () = settle() => break,
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Whether the server is done with the connection.
    async fn is_over(&self) -> bool {
        settle().await;
        assert_eq!(self.stopping.connections() == 0, self.server.is_finished());
        self.server.is_finished()
    }

    fn executed(&self) -> usize {
        self.seen.executed.get()
    }
}

/// Everybody has had a turn, several times.
async fn settle() {
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
}

/// The statuses of answers in a row.
fn statuses(text: &str) -> Vec<u16> {
    let status = |answer: &str| answer.get(..3).and_then(|digits| digits.parse().ok());
    text.split("HTTP/1.1 ").skip(1).filter_map(status).collect()
}

/// Runs a test with time that moves only when everybody waits, and returns the errors that were logged.
fn run(test: impl Future<Output = ()>) -> Vec<String> {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    LocalSet::new().block_on(&runtime, test);
    log.0.lock().unwrap().clone()
}

/// How long something takes, in milliseconds.
async fn timed<T>(what: impl Future<Output = T>) -> (T, u128) {
    let start = Instant::now();
    (what.await, start.elapsed().as_millis())
}

/// Keeps the errors that are logged.
#[derive(Clone, Default)]
struct Log(Arc<std::sync::Mutex<Vec<String>>>);

impl tracing::Subscriber for Log {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() == tracing::Level::ERROR
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        struct Text(String);
        impl tracing::field::Visit for Text {
            fn record_debug(&mut self, _: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                self.0 += &format!("{value:?}");
            }
        }
        let mut text = Text(String::new());
        event.record(&mut text);
        self.0.lock().unwrap().push(text.0);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}
