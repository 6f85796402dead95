//! Many open WebSockets on one worker, beside bare actix-ws: memory each, a message to all of them and what it allocates,
//! how long another route takes meanwhile, and how long handlers outlive their clients.
//! `ulimit -n 20000; cargo run --release -p bench --bin sockets -- 5000` prints a table.
//!
//! Each contestant is a process of its own with one worker; the clients are blocking sockets of this one.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};
use start_runtime::actix_web::{self, App, HttpRequest, HttpResponse, HttpServer, web};
use start_runtime::prelude::*;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tokio::sync::broadcast::{Sender, channel};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The message to all: 100 bytes.
const MESSAGE: &str =
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";

/// How often the message is sent.
const ROUNDS: u32 = 10;

/// Both contestants send by the same channel.
static ALL: LazyLock<Sender<&'static str>> = LazyLock::new(|| channel(64).0);

static OPEN: AtomicUsize = AtomicUsize::new(0);

struct OneOpen;

impl OneOpen {
    fn new() -> Self {
        OPEN.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for OneOpen {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Sends on what is sent to all, until its client leaves.
#[ws_route("/socket")]
async fn socket(socket: WebSocket) {
    let _open = OneOpen::new();
    let mut news = ALL.subscribe();
    let (sender, mut receiver) = socket.split();
    loop {
        let (next, end) = (std::pin::pin!(news.recv()), std::pin::pin!(receiver.next()));
        match select(next, end).await {
            Either::Left((Ok(message), _)) if sender.send(message).await.is_ok() => {}
            Either::Right((Some(_), _)) => {}
            _ => return,
        }
    }
}

/// Sends a message to all.
#[api_route(GET, "/all")]
async fn all() -> &'static str {
    let _ = ALL.send(MESSAGE);
    "sent"
}

/// How many handlers run.
#[api_route(GET, "/open")]
async fn open() -> String {
    OPEN.load(Ordering::SeqCst).to_string()
}

/// How many allocations there were.
#[api_route(GET, "/allocations")]
async fn allocations() -> String {
    ALLOCATOR.stats().allocations.to_string()
}

/// The same with actix-ws alone.
async fn bare(request: HttpRequest, body: web::Payload) -> actix_web::Result<HttpResponse> {
    let (response, mut session, mut messages) = actix_ws::handle(&request, body)?;
    actix_web::rt::spawn(async move {
        let _open = OneOpen::new();
        let mut news = ALL.subscribe();
        loop {
            let (next, end) = (std::pin::pin!(news.recv()), std::pin::pin!(messages.recv()));
            match select(next, end).await {
                Either::Left((Ok(message), _)) if session.text(message).await.is_ok() => {}
                Either::Right((Some(Ok(actix_ws::Message::Ping(payload))), _)) => {
                    let _ = session.pong(&payload).await;
                }
                Either::Right((Some(Ok(actix_ws::Message::Close(reason))), _)) => {
                    let _ = session.close(reason).await;
                    return;
                }
                Either::Right((Some(Ok(_)), _)) => {}
                _ => return,
            }
        }
    });
    Ok(response)
}

fn serve(kind: &str) -> Result<()> {
    actix_web::rt::System::new().block_on(async {
        let listening = "127.0.0.1:0".parse()?;
        if kind == "start" {
            let listening = Start::new().workers(1).listen(listening).await?;
            println!("{}", listening.addresses[0]);
            listening.server.await?;
            return Ok(());
        }
        let routes = || {
            App::new()
                .route("/socket", web::get().to(bare))
                .route("/all", web::get().to(all))
                .route("/open", web::get().to(open))
                .route("/allocations", web::get().to(allocations))
        };
        let server = HttpServer::new(routes).workers(1).bind(listening)?;
        println!("{}", server.addrs()[0]);
        server.run().await?;
        Ok(())
    })
}

/// A contestant in a process of its own.
struct Contestant {
    child: Child,
    address: String,
}

impl Contestant {
    fn start(kind: &str) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.args(["serve", kind]).stdout(Stdio::piped()).spawn()?;
        let mut address = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut address)?;
        Ok(Self { child, address: address.trim().to_owned() })
    }

    /// Resident memory in KiB.
    fn memory(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    fn get(&self, path: &str) -> Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok(text.rsplit("\r\n\r\n").next().unwrap_or_default().to_owned())
    }

    /// The 99th percentile of the time of another route, in microseconds.
    fn p99(&self, mut goes_on: impl FnMut() -> bool) -> Result<u128> {
        let mut connection = TcpStream::connect(&self.address)?;
        let (mut times, mut buffer) = (Vec::new(), [0; 1024]);
        while goes_on() {
            let from = Instant::now();
            connection.write_all(b"GET /open HTTP/1.1\r\nHost: a\r\n\r\n")?;
            if connection.read(&mut buffer)? == 0 {
                return Err("the server closed the connection".into());
            }
            times.push(from.elapsed().as_micros());
            std::thread::sleep(Duration::from_micros(200));
        }
        times.sort_unstable();
        Ok(times.get(times.len() * 99 / 100).copied().unwrap_or_default())
    }

    fn p99_for(&self, time: Duration) -> Result<u128> {
        let until = Instant::now() + time;
        self.p99(|| Instant::now() < until)
    }

    fn allocations(&self) -> Result<u64> {
        Ok(self.get("/allocations")?.parse()?)
    }

    /// How long until no handler runs.
    fn until_none(&self) -> Result<Duration> {
        let from = Instant::now();
        while self.get("/open")? != "0" {
            if from.elapsed() > Duration::from_secs(20) {
                return Err(format!("{} handlers still run", self.get("/open")?).into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(from.elapsed())
    }

    fn sockets(&self, count: usize) -> Result<Vec<TcpStream>> {
        let mut sockets = Vec::new();
        while sockets.len() < count {
            // Several at once, because the answer to one takes longer than the question.
            let mut some = (sockets.len()..count).take(200).map(|_| self.ask()).collect::<Result<Vec<_>>>()?;
            some.iter_mut().try_for_each(opened)?;
            sockets.append(&mut some);
        }
        Ok(sockets)
    }

    /// Asks for a socket.
    fn ask(&self) -> Result<TcpStream> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        stream.write_all(
            b"GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
              Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        )?;
        Ok(stream)
    }
}

/// Reads the head of the 101.
fn opened(stream: &mut TcpStream) -> Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    if head.starts_with(b"HTTP/1.1 101") { Ok(()) } else { Err(String::from_utf8_lossy(&head).into()) }
}

/// Reads the message to all; pings may come before it.
fn receive(stream: &mut TcpStream) -> Result<()> {
    let mut payload = [0; MESSAGE.len()];
    loop {
        let mut head = [0; 2];
        stream.read_exact(&mut head)?;
        let payload = payload.get_mut(..usize::from(head[1])).ok_or("a longer frame came")?;
        stream.read_exact(payload)?;
        match head[0] {
            0x89 => {}
            0x81 if payload == MESSAGE.as_bytes() => return Ok(()),
            _ => return Err("another message came".into()),
        }
    }
}

impl Drop for Contestant {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What is measured of one contestant.
struct Row {
    opening: Duration,
    idle: f64,
    after: f64,
    p99_alone: u128,
    p99_open: u128,
    p99_during: u128,
    broadcast: Duration,
    allocations: f64,
    fin: Duration,
    reset: Duration,
}

fn measure(kind: &str, count: usize) -> Result<Row> {
    let contestant = Contestant::start(kind)?;
    // One of each before anything is measured: what is made once is not counted.
    drop(contestant.sockets(10)?);
    contestant.until_none()?;
    let p99_alone = contestant.p99_for(Duration::from_secs(2))?;
    let before = contestant.memory()?;
    let each = |memory: u64| memory.saturating_sub(before) as f64 / count as f64;
    let from = Instant::now();
    let mut sockets = contestant.sockets(count)?;
    let opening = from.elapsed();
    while contestant.get("/open")? != count.to_string() {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(500));
    let idle = each(contestant.memory()?);
    let p99_open = contestant.p99_for(Duration::from_secs(2))?;
    let (mut times, mut allocations) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let first = contestant.allocations()?;
        let from = Instant::now();
        contestant.get("/all")?;
        sockets.iter_mut().try_for_each(receive)?;
        times.push(from.elapsed());
        allocations.push(contestant.allocations()? - first);
    }
    times.sort_unstable();
    allocations.sort_unstable();
    let broadcast = times[times.len() / 2];
    let allocations = allocations[allocations.len() / 2] as f64 / count as f64;
    let p99_during = std::thread::scope(|threads| -> Result<u128> {
        let reader = threads.spawn(|| -> std::result::Result<(), String> {
            for _ in 0..2 * ROUNDS {
                contestant.get("/all").map_err(|error| error.to_string())?;
                sockets.iter_mut().try_for_each(receive).map_err(|error| error.to_string())?;
            }
            Ok(())
        });
        let p99 = contestant.p99(|| !reader.is_finished())?;
        reader.join().map_err(|_| "a reader panicked")??;
        Ok(p99)
    })?;
    std::thread::sleep(Duration::from_millis(500));
    let after = each(contestant.memory()?);
    for socket in &sockets {
        socket.shutdown(Shutdown::Write)?;
    }
    let fin = contestant.until_none()?;
    drop(sockets);
    let sockets = contestant.sockets(count)?;
    for socket in &sockets {
        // With a linger of zero, the end is a reset.
        socket2::SockRef::from(socket).set_linger(Some(Duration::ZERO))?;
    }
    drop(sockets);
    let reset = contestant.until_none()?;
    Ok(Row { opening, idle, after, p99_alone, p99_open, p99_during, broadcast, allocations, fin, reset })
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let ["serve", kind] = arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        return serve(kind);
    }
    let count = arguments.first().map_or(Ok(5000), |count| count.parse())?;
    println!("{count} sockets, one worker\n");
    println!("| | Start | actix-ws alone |\n|---|---|---|");
    let rows = [measure("start", count)?, measure("actix", count)?];
    let line =
        |what: &str, value: &dyn Fn(&Row) -> String| println!("| {what} | {} | {} |", value(&rows[0]), value(&rows[1]));
    line("opened in", &|row| format!("{:.0?}", row.opening));
    line("memory each, idle", &|row| format!("{:.1} KiB", row.idle));
    line("memory each, after messages to all", &|row| format!("{:.1} KiB", row.after));
    line("p99 of another route, no sockets", &|row| format!("{} µs", row.p99_alone));
    line("p99 of another route, all open", &|row| format!("{} µs", row.p99_open));
    line("100 bytes to all, until the last has them, median", &|row| format!("{:.1?}", row.broadcast));
    line("allocations per socket in it", &|row| format!("{:.2}", row.allocations));
    line("p99 of another route meanwhile", &|row| format!("{} µs", row.p99_during));
    line("all handlers ended after FIN", &|row| format!("{:.0?}", row.fin));
    line("all handlers ended after RST", &|row| format!("{:.0?}", row.reset));
    Ok(())
}
