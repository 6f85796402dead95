//! Many open event streams on one worker, beside bare actix-web: memory, broadcasts, the other routes, clients that leave,
//! and the stop. Prints tables.
//!
//! `ulimit -n 65536; cargo run --release -p bench --bin streams [STREAMS]`

use std::env;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix_web::web::Bytes;
use actix_web::{App, HttpResponse, HttpServer, web};
use futures_util::stream::unfold;
use start_runtime::prelude::*;
use start_runtime::{Events, Rooms, ServerEvent};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tokio::sync::broadcast;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Which server this process is.
const SERVER: &str = "STREAMS_SERVER";
const STOPPED: usize = 1000;

static OPEN: AtomicUsize = AtomicUsize::new(0);

/// One stream, as long as it is there.
struct Open;

impl Open {
    fn new() -> Self {
        OPEN.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::SeqCst);
    }
}

fn counts() -> String {
    format!("{} {}", OPEN.load(Ordering::SeqCst), ALLOCATOR.stats().allocations)
}

const MESSAGE: &str = "a message of some forty bytes, for everybody";

#[api_route(GET, "/events")]
async fn events(rooms: Data<Rooms<String>>) -> std::result::Result<Events<String>, Problem> {
    let member = rooms.subscribe("all").await?;
    Ok(Events::new(unfold((member, Open::new()), |(mut member, open)| async move {
        let event = member.next().await?;
        Some((event.once(|event| ServerEvent::of_json(event.json()).shared()), (member, open)))
    })))
}

#[api_route(GET, "/say")]
async fn say(rooms: Data<Rooms<String>>) -> std::result::Result<&'static str, Problem> {
    rooms.publish("all", &MESSAGE.to_owned()).await?;
    Ok("said")
}

#[api_route(GET, "/counts")]
async fn all_counts() -> String {
    counts()
}

fn start() -> std::io::Result<()> {
    Start::new().data(Rooms::<String>::new()).run()
}

/// The same by hand: a channel of tokio, and a stream as the body.
fn actix() -> std::io::Result<()> {
    async fn events(all: web::Data<broadcast::Sender<Bytes>>) -> HttpResponse {
        let body = unfold((all.subscribe(), Open::new()), |(mut all, open)| async move {
            let piece = all.recv().await.ok()?;
            Some((Ok::<_, std::convert::Infallible>(piece), (all, open)))
        });
        HttpResponse::Ok()
            .content_type("text/event-stream")
            .insert_header(("Cache-Control", "no-store"))
            .streaming(body)
    }
    async fn say(all: web::Data<broadcast::Sender<Bytes>>) -> &'static str {
        let _ = all.send(format!("data: {MESSAGE:?}\n\n").into());
        "said"
    }
    async fn all_counts() -> String {
        counts()
    }
    actix_web::rt::System::new().block_on(async {
        let all = web::Data::new(broadcast::Sender::<Bytes>::new(256));
        let app = move || {
            App::new()
                .app_data(all.clone())
                .route("/events", web::get().to(events))
                .route("/say", web::get().to(say))
                .route("/counts", web::get().to(all_counts))
        };
        let server = HttpServer::new(app).workers(1).bind(("127.0.0.1", 0))?;
        println!("Listening on http://{}", server.addrs()[0]);
        server.run().await
    })
}

/// A server in a process of its own.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(kind: &str) -> Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.args(["serve", "--port", "0", "--workers", "1"]).env(SERVER, kind).env("RUST_LOG", "error");
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().ok_or("its output is piped")?).read_line(&mut line)?;
        let address = line.trim().strip_prefix("Listening on http://").ok_or("the server did not start")?.parse()?;
        Ok(Self { child, address })
    }

    fn ask(&self, path: &str) -> Result<String> {
        let mut connection = TcpStream::connect(self.address)?;
        write!(connection, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        Ok(answer.split("\r\n\r\n").nth(1).unwrap_or_default().to_owned())
    }

    /// How many streams are open, and how many allocations there were.
    fn counts(&self) -> Result<(usize, usize)> {
        let text = self.ask("/counts")?;
        let (open, allocations) = text.split_once(' ').ok_or("no counts")?;
        Ok((open.parse()?, allocations.parse()?))
    }

    /// Resident memory in KiB.
    fn memory(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS")).ok_or("no VmRSS")?;
        Ok(line.split_whitespace().nth(1).ok_or("no number")?.parse()?)
    }

    /// Opens a stream, and reads the head of its answer.
    fn stream(&self) -> Result<TcpStream> {
        let mut connection = TcpStream::connect(self.address)?;
        connection.set_read_timeout(Some(Duration::from_secs(60)))?;
        connection.write_all(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")?;
        let mut head = Vec::new();
        let mut byte = [0; 256];
        while !head.ends_with(b"\r\n\r\n") {
            let count = connection.read(&mut byte)?;
            if count == 0 {
                return Err("the server closed a stream".into());
            }
            head.extend_from_slice(&byte[..count]);
        }
        Ok(connection)
    }

    /// The 99th percentile of the time of another route, in microseconds.
    fn p99(&self, mut go_on: impl FnMut() -> bool) -> Result<u128> {
        let mut connection = TcpStream::connect(self.address)?;
        let mut times = Vec::new();
        let mut buffer = [0; 1024];
        while go_on() {
            let start = Instant::now();
            connection.write_all(b"GET /counts HTTP/1.1\r\nHost: x\r\n\r\n")?;
            if connection.read(&mut buffer)? == 0 {
                return Err("the server closed the connection".into());
            }
            times.push(start.elapsed().as_micros());
            std::thread::sleep(Duration::from_micros(200));
        }
        times.sort_unstable();
        Ok(times.get(times.len() * 99 / 100).copied().unwrap_or_default())
    }

    fn p99_for(&self, time: Duration) -> Result<u128> {
        let until = Instant::now() + time;
        self.p99(|| Instant::now() < until)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads one message from each stream.
fn read_all(streams: &mut [TcpStream]) -> Result<()> {
    let mut buffer = [0; 1024];
    for stream in streams {
        let mut seen = 0;
        while seen == 0 || !buffer[..seen].windows(4).any(|end| end == b"\n\n\r\n") {
            let count = stream.read(&mut buffer[seen..])?;
            if count == 0 {
                return Err("the server closed a stream".into());
            }
            seen += count;
        }
    }
    Ok(())
}

fn row(name: &str, cells: &[String]) {
    println!("| {name} | {} |", cells.join(" | "));
}

/// One server's column.
fn measure(kind: &str, streams: usize) -> Result<Vec<String>> {
    let mut cells = Vec::new();
    let server = Server::start(kind)?;
    server.p99_for(Duration::from_millis(500))?;
    let alone = server.p99_for(Duration::from_secs(2))?;
    let before = server.memory()?;
    let started = Instant::now();
    let mut open = (0..streams).map(|_| server.stream()).collect::<Result<Vec<_>>>()?;
    cells.push(format!("{} ms", started.elapsed().as_millis()));
    cells.push(format!("{} B", (server.memory()? - before) * 1024 / streams as u64));
    cells.push(format!("{alone} µs"));
    cells.push(format!("{} µs", server.p99_for(Duration::from_secs(2))?));
    // Broadcasts: the first one makes queues and buffers.
    server.ask("/say")?;
    read_all(&mut open)?;
    let (mut times, mut allocations) = (Vec::new(), Vec::new());
    for _ in 0..7 {
        let (_, first) = server.counts()?;
        let started = Instant::now();
        server.ask("/say")?;
        read_all(&mut open)?;
        times.push(started.elapsed().as_micros());
        allocations.push(server.counts()?.1 - first);
    }
    times.sort_unstable();
    allocations.sort_unstable();
    cells.push(format!("{:.1} ms", times[3] as f64 / 1000.0));
    cells.push(format!("{:.2}", allocations[3] as f64 / streams as f64));
    let during = std::thread::scope(|threads| -> Result<u128> {
        let reader = threads.spawn(|| -> std::result::Result<(), String> {
            for _ in 0..20 {
                server.ask("/say").map_err(|error| error.to_string())?;
                read_all(&mut open).map_err(|error| error.to_string())?;
            }
            Ok(())
        });
        let p99 = server.p99(|| !reader.is_finished())?;
        reader.join().map_err(|_| "a reader panicked")??;
        Ok(p99)
    })?;
    cells.push(format!("{during} µs"));
    // A third ends its side, a third closes, a third resets.
    for (number, stream) in open.iter().enumerate() {
        match number % 3 {
            0 => stream.shutdown(std::net::Shutdown::Write)?,
            1 => {}
            _ => socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO))?,
        }
    }
    let half_closed: Vec<TcpStream> = open.into_iter().step_by(3).collect();
    let left = Instant::now();
    while server.counts()?.0 > 0 && left.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let rest = server.counts()?.0;
    cells.push(if rest == 0 {
        format!("{} ms", left.elapsed().as_millis())
    } else {
        format!("{rest} are left after 10 s")
    });
    drop(half_closed);
    Ok(cells)
}

/// How long a stop takes with open streams, and what their clients see.
fn stop(kind: &str) -> Result<Vec<String>> {
    let mut server = Server::start(kind)?;
    let open = (0..STOPPED).map(|_| server.stream()).collect::<Result<Vec<_>>>()?;
    let started = Instant::now();
    Command::new("kill").args(["-s", "TERM", &server.child.id().to_string()]).status()?;
    let (mut well, mut last) = (0, Duration::ZERO);
    for mut stream in open {
        let mut rest = Vec::new();
        // A connection that is cut has no end.
        let _ = stream.read_to_end(&mut rest);
        well += usize::from(rest.ends_with(b"0\r\n\r\n"));
        last = last.max(started.elapsed());
    }
    let status = server.child.wait()?;
    let seconds = |time: Duration| format!("{:.2} s", time.as_secs_f64());
    Ok(vec![format!("{well} of {STOPPED}"), seconds(last), seconds(started.elapsed()), format!("{:?}", status.code())])
}

fn main() -> Result<()> {
    match env::var(SERVER).as_deref() {
        Ok("start") => return Ok(start()?),
        Ok("actix") => return Ok(actix()?),
        _ => {}
    }
    let streams = env::args().nth(1).map_or(Ok(10_000), |text| text.parse())?;
    let names = [
        "to open all",
        "memory of a stream",
        "p99 of another route, no streams",
        "p99 of another route, all open",
        "a broadcast, read by all",
        "allocations per stream in it",
        "p99 of another route during broadcasts",
        "all ended after their clients left",
    ];
    let (start, actix) = (measure("start", streams)?, measure("actix", streams)?);
    println!("\n{streams} open event streams on one worker\n\n| | Start | actix-web |\n|---|---|---|");
    for (number, name) in names.iter().enumerate() {
        row(name, &[start[number].clone(), actix[number].clone()]);
    }
    let (start, actix) = (stop("start")?, stop("actix")?);
    println!("\nSIGTERM with {STOPPED} open event streams\n\n| | Start | actix-web |\n|---|---|---|");
    for (number, name) in
        ["streams that end well", "the last one has ended", "the process has ended", "its code"].iter().enumerate()
    {
        row(name, &[start[number].clone(), actix[number].clone()]);
    }
    Ok(())
}
