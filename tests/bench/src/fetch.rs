//! `event.fetch` in process, compared with the same request over a socket.
//!
//! The loops run inside two handlers of the server, so that both sides run on the same thread. The request over
//! loopback is one that the server sends to itself.

use std::time::{Duration, Instant};

use start_runtime::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Result;
use crate::health::HEALTH;
use crate::load::{Load, get};
use crate::process::{Server, leave_first_cpu};
use crate::stats::{median, print_table, row, spread, thousands};
use crate::students::STUDENTS;

const ROUNDS: usize = 9;

/// Nanoseconds of one fetch in process of the students route.
#[api_route(GET, "/measure/fetch/[times]")]
async fn in_process(event: APIEvent, times: u32) -> std::result::Result<String, Problem> {
    fetch_again_and_again(&event, STUDENTS, times).await
}

/// The same for a route that returns a short text.
#[api_route(GET, "/measure/fetch-text/[times]")]
async fn text_in_process(event: APIEvent, times: u32) -> std::result::Result<String, Problem> {
    fetch_again_and_again(&event, HEALTH, times).await
}

async fn fetch_again_and_again(event: &APIEvent, path: &str, times: u32) -> std::result::Result<String, Problem> {
    let started = Instant::now();
    for _ in 0..times {
        std::hint::black_box(event.fetch(path).await?.bytes().await?);
    }
    Ok((started.elapsed() / times).as_nanos().to_string())
}

/// Nanoseconds of one request over a keep-alive connection from the server's thread to itself.
#[api_route(GET, "/measure/loopback/[times]")]
async fn over_loopback(event: APIEvent, times: u32) -> std::result::Result<String, Problem> {
    let host = event.request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let mut connection = TcpStream::connect(host).await?;
    connection.set_nodelay(true)?;
    let request = format!("GET {STUDENTS} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    // The first response shows the length of all.
    connection.write_all(request.as_bytes()).await?;
    let mut buffer = vec![0; 4096];
    let length = connection.read(&mut buffer).await?;
    let started = Instant::now();
    for _ in 0..times {
        connection.write_all(request.as_bytes()).await?;
        connection.read_exact(&mut buffer[..length]).await?;
    }
    Ok((started.elapsed() / times).as_nanos().to_string())
}

/// Measures and prints.
pub fn run() -> Result<()> {
    leave_first_cpu()?;
    let server = Server::start("start")?;
    let (mut inside, mut loopback, mut process) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let fetch = get(server.address, "/measure/fetch/200000")?.parse::<f64>()?;
        let own = get(server.address, "/measure/loopback/40000")?.parse::<f64>()?;
        let time = Duration::from_millis(500);
        let other = time.as_nanos() as f64 / Load::open(server.address, STUDENTS, 1)?.run(time)? as f64;
        if round > 0 {
            inside.push(fetch);
            loopback.push(own);
            process.push(other);
        }
    }
    let row = |name: &str, times: &[f64]| {
        let ratios: Vec<f64> = times.iter().zip(&inside).map(|(time, inside)| time / inside).collect();
        row![name, thousands(median(times.iter().copied())), spread(&ratios, 2)]
    };
    let rows = [
        row!["the students route", "ns per round trip", "× in process"],
        row("`event.fetch`, in process", &inside),
        row("loopback, keep-alive, same thread", &loopback),
        row("loopback, keep-alive, from another process on another CPU", &process),
    ];
    print_table(&format!("Fetch, {ROUNDS} rounds"), &rows);
    Ok(())
}
