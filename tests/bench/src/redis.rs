//! Sessions and rate limits in Redis, beside the cookie, the memory, and actix-session: instructions of a request in the
//! program, how long one takes, and how often the server is asked. And rooms: messages from one process to another.
//!
//! The server is `redis-server`, or what REDIS_SERVER names, in a process of its own.

use std::env;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use actix_session::storage::RedisSessionStore;
use start_runtime::prelude::*;
use start_runtime::{Redis, RedisRooms, RoomError, RoomNews, Rooms, SessionConfig};

use crate::Result;
use crate::instructions::per_request_with;
use crate::load::Load;
use crate::process::Server;
use crate::sessions::{READ, WRITE, actix_with, cookie};
use crate::stats::{print_table, row, thousands};

const LIMITED: &str = "/measure/counted";

/// How often the same request is timed, and how often that is repeated.
const TIMES: u64 = 2000;
const ROUNDS: usize = 5;

/// How many messages go through a room.
const MESSAGES: u64 = 20_000;

/// It never refuses, and has to count all the same.
#[api_route(GET, "/measure/counted", rate_limit = "10000 / 1ms")]
async fn counted() -> &'static str {
    "passed"
}

/// Sessions and limits in the server at this port.
pub fn set_up(start: Start, port: &str) -> Result<Start> {
    let redis = Redis::new(format!("redis://127.0.0.1:{port}"))?;
    Ok(start.session(SessionConfig::redis(redis.clone())).rate_limit_store(redis))
}

/// Sessions of actix-session in the same server.
pub async fn actix(address: SocketAddr, port: &str) -> Result<()> {
    let store = RedisSessionStore::new(format!("redis://127.0.0.1:{port}")).await.map_err(|error| error.to_string())?;
    actix_with(address, move || store.clone()).await
}

/// Measures and prints.
pub fn run() -> Result<()> {
    let store = Store::start()?;
    let port = store.port.to_string();
    let (actix, start) = (format!("actix-redis:{port}"), format!("start-redis:{port}"));
    let sessions = [
        ("a session is read, sealed in its cookie", READ, "actix-sessions", "start-sessions", true),
        ("a session is read, in Redis", READ, &*actix, &*start, true),
        ("a session is written, sealed in its cookie", WRITE, "actix-sessions", "start-sessions", true),
        ("a session is written, in Redis", WRITE, &*actix, &*start, true),
        ("a rate limit in memory", LIMITED, "", "start-sessions", false),
        ("a rate limit in Redis", LIMITED, "", &*start, false),
    ];
    let mut instructions = vec![row!["request", "actix-session", "Start", "actix-session / Start"]];
    let mut times = vec![row![
        "request",
        "actix-session, µs",
        "Start, µs",
        "actix-session / Start",
        "round trips, actix-session",
        "round trips, Start"
    ]];
    for (name, path, theirs, ours, has_cookie) in sessions {
        let (mut counts, mut took, mut trips) = (Vec::new(), Vec::new(), Vec::new());
        for kind in [theirs, ours] {
            if kind.is_empty() {
                continue;
            }
            let header = |address| if has_cookie { cookie(address).map(Some) } else { Ok(None) };
            counts.push(per_request_with(&env::current_exe()?, kind, path, header)?);
            let server = Server::start(kind)?;
            let cookie = header(server.address)?;
            let mut load = Load::open_with(server.address, path, 1, cookie.as_deref())?;
            let before = store.reads()?;
            let mut rounds = Vec::new();
            for _ in 0..ROUNDS {
                let began = Instant::now();
                load.repeat_of_any_length(TIMES)?;
                rounds.push(began.elapsed().as_secs_f64() * 1e6 / TIMES as f64);
            }
            // Whatever else runs on the machine makes a round longer, never shorter.
            took.push(rounds.into_iter().fold(f64::INFINITY, f64::min));
            // The question itself is one.
            let all = (store.reads()? - before).saturating_sub(1);
            trips.push(format!("{:.2}", all as f64 / (TIMES * ROUNDS as u64) as f64));
        }
        let ratio = |both: &[f64]| if let [a, b] = both { format!("{:.2}", a / b) } else { String::new() };
        let first = |cells: Vec<String>| if let [a, _] = &*cells { a.clone() } else { String::new() };
        let shown: Vec<String> = counts.iter().map(|count| thousands(*count)).collect();
        let last = shown.last().cloned().unwrap_or_default();
        instructions.push(row![name, first(shown), last, ratio(&counts)]);
        let shown: Vec<String> = took.iter().map(|took| format!("{took:.0}")).collect();
        let last = shown.last().cloned().unwrap_or_default();
        let ours = trips.last().cloned().unwrap_or_default();
        times.push(row![name, first(shown), last, ratio(&took), first(trips), ours]);
    }
    print_table("User instructions per request, without memset", &instructions);
    print_table(&format!("Time per request, one after another; the best of {ROUNDS} rounds"), &times);
    actix_web::rt::System::new().block_on(rooms(&port))
}

/// Messages from one process to another, by speakers that wait for each of theirs. Two stores are two processes.
async fn rooms(port: &str) -> Result<()> {
    let mut rows = vec![row!["speakers", "messages", "seconds", "messages per second", "lost"]];
    for speakers in [1, 50] {
        let of = || -> Result<Rooms<u64>> {
            let redis = Redis::new(format!("redis://127.0.0.1:{port}"))?;
            Ok(Rooms::over(RedisRooms::new(redis)).queue(MESSAGES as usize * 2))
        };
        let (here, there) = (of()?, of()?);
        let mut listener = there.subscribe("bench").await?;
        let began = Instant::now();
        let talk = |_| {
            let here = here.clone();
            actix_web::rt::spawn(async move {
                for number in 0..MESSAGES / speakers {
                    here.publish("bench", &number).await?;
                }
                Ok::<_, RoomError>(())
            })
        };
        let talking: Vec<_> = (0..speakers).map(talk).collect();
        let mut heard = 0;
        while heard < MESSAGES {
            match tokio::time::timeout(Duration::from_secs(5), listener.next()).await {
                Ok(Some(event)) if matches!(event.news(), RoomNews::Message(_)) => heard += 1,
                _ => break,
            }
        }
        let seconds = began.elapsed().as_secs_f64();
        for one in talking {
            one.await??;
        }
        let (all, speed) = (thousands(MESSAGES as f64), thousands(heard as f64 / seconds));
        rows.push(row![speakers, all, format!("{seconds:.2}"), speed, MESSAGES - heard]);
    }
    print_table("Messages of a room, from one process to another", &rows);
    Ok(())
}

/// A server on a port of its own.
struct Store {
    port: u16,
    process: Child,
}

impl Store {
    fn start() -> Result<Self> {
        let program = env::var("REDIS_SERVER").unwrap_or_else(|_| "redis-server".to_owned());
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new(&program);
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        let process = command.stdout(Stdio::null()).spawn();
        let store = Self { port, process: process.map_err(|error| format!("{program} cannot be run: {error}"))? };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if began.elapsed() > Duration::from_secs(10) {
                return Err(format!("{program} does not listen").into());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(store)
    }

    /// How often it has read from a connection.
    fn reads(&self) -> Result<u64> {
        let mut connection = TcpStream::connect(("127.0.0.1", self.port))?;
        connection.write_all(b"INFO stats\r\nQUIT\r\n")?;
        let mut text = String::new();
        connection.read_to_string(&mut text)?;
        let line = text.lines().find_map(|line| line.strip_prefix("total_reads_processed:"));
        Ok(line.ok_or("no count of reads")?.trim().parse()?)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
