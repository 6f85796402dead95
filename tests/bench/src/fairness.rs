//! How long quiet clients wait while one client never stops: its connection pipelines requests of 33 bytes without a
//! pause, beside keep-alive connections of the same worker that each send one request every 10 ms.
//!
//! A server that lets the one starve the others is measured like any other: every wait ends with the measurement, and
//! counts as long as it was then.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;
use crate::health::ANSWER;
use crate::process::{Server, leave_first_cpu};
use crate::stats::{print_table, row, thousands};

const TIME: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(10);
const QUIET: usize = 8;
const REQUEST: &[u8; 33] = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
/// Requests in one write of the busy client.
const AT_ONCE: usize = 1024;
/// After the end, an answer is waited for this long.
const LATE: Duration = Duration::from_secs(1);

const SUBJECTS: [(&str, &str); 3] = [("Start", "start"), ("actix-web", "actix"), ("hyper", "hyper")];

/// What the quiet clients saw.
struct Waits {
    /// In milliseconds, sorted. A wait without an answer counts until it was given up.
    waits: Vec<f64>,
    unanswered: usize,
}

/// Measures and prints.
pub fn run() -> Result<()> {
    leave_first_cpu()?;
    let mut rows = vec![row![
        "server",
        "busy client, answers/s",
        "quiet, answers",
        "unanswered",
        "p50 ms",
        "p99 ms",
        "longest ms"
    ]];
    for (name, kind) in SUBJECTS {
        for is_busy in [false, true] {
            let server = Server::start(kind)?;
            let (busy, quiet) = measure(server.address, is_busy)?;
            rows.push(row![
                if is_busy { name.to_owned() } else { format!("{name}, nobody else") },
                if is_busy { thousands(busy) } else { "–".to_owned() },
                quiet.waits.len() - quiet.unanswered,
                quiet.unanswered,
                format!("{:.2}", quiet.at(0.5)),
                format!("{:.2}", quiet.at(0.99)),
                format!("{:.2}", quiet.at(1.0)),
            ]);
        }
    }
    print_table(&format!("Fairness: {QUIET} quiet clients beside one that pipelines for {} s", TIME.as_secs()), &rows);
    Ok(())
}

/// Returns the answers per second of the busy client, and the waits of the others.
fn measure(address: SocketAddr, is_busy: bool) -> Result<(f64, Waits)> {
    let quiet = (0..QUIET).map(|_| connect(address)).collect::<Result<Vec<_>>>()?;
    let busy = connect(address)?;
    let end = Instant::now() + TIME;
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let flood = is_busy.then(|| {
            let (is_over, busy) = (&is_over, &busy);
            scope.spawn(move || send_without_pause(busy, is_over));
            scope.spawn(move || count_answers(busy))
        });
        let clients: Vec<_> = quiet.iter().map(|client| scope.spawn(move || ask_now_and_then(client, end))).collect();
        let mut all = Waits { waits: Vec::new(), unanswered: 0 };
        for client in clients {
            let waits = client.join().map_err(|_| "a client panicked")?;
            all.waits.extend(waits.waits);
            all.unanswered += waits.unanswered;
        }
        all.waits.sort_by(f64::total_cmp);
        is_over.store(true, Ordering::Relaxed);
        // Ends the writes and the reads of the busy client.
        let _ = busy.shutdown(Shutdown::Both);
        let answers = match flood {
            Some(flood) => flood.join().map_err(|_| "the busy client panicked")?,
            None => 0,
        };
        Ok((answers as f64 / TIME.as_secs_f64(), all))
    })
}

fn connect(address: SocketAddr) -> Result<TcpStream> {
    let connection = TcpStream::connect(address)?;
    connection.set_nodelay(true)?;
    Ok(connection)
}

fn send_without_pause(mut connection: &TcpStream, is_over: &AtomicBool) {
    let requests = REQUEST.repeat(AT_ONCE);
    while !is_over.load(Ordering::Relaxed) && connection.write_all(&requests).is_ok() {}
}

/// Counts answers by the end of their bodies.
fn count_answers(mut connection: &TcpStream) -> usize {
    let mut buffer = vec![0; 256 * 1024];
    let (mut answers, mut kept) = (0, 0);
    loop {
        match connection.read(&mut buffer[kept..]) {
            Ok(0) | Err(_) => return answers,
            Ok(count) => {
                let text = &buffer[..kept + count];
                let end = b"\r\n\r\n".len() + ANSWER.len();
                answers += text
                    .windows(end)
                    .filter(|part| part.starts_with(b"\r\n\r\n") && part.ends_with(ANSWER.as_bytes()))
                    .count();
                // An answer may be cut anywhere.
                let rest = text.len().min(end - 1);
                buffer.copy_within(kept + count - rest..kept + count, 0);
                kept = rest;
            }
        }
    }
}

/// One request every 10 ms, while there is time.
fn ask_now_and_then(mut connection: &TcpStream, end: Instant) -> Waits {
    let mut seen = Waits { waits: Vec::new(), unanswered: 0 };
    let mut buffer = [0; 4096];
    while Instant::now() < end {
        let started = Instant::now();
        let mut answer = Vec::new();
        let mut is_answered = connection.write_all(REQUEST).is_ok();
        while is_answered && !answer.ends_with(ANSWER.as_bytes()) {
            let left = (end + LATE).saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
            is_answered = connection.set_read_timeout(Some(left)).is_ok();
            match connection.read(&mut buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => is_answered = false,
                Ok(count) => answer.extend_from_slice(&buffer[..count]),
            }
        }
        let waited = started.elapsed();
        seen.waits.push(waited.as_secs_f64() * 1e3);
        if !is_answered {
            seen.unanswered += 1;
            return seen;
        }
        thread::sleep(PAUSE.saturating_sub(waited));
    }
    seen
}

impl Waits {
    /// The wait that this share of all does not exceed.
    fn at(&self, share: f64) -> f64 {
        let index = (share * self.waits.len() as f64).ceil() as usize;
        self.waits.get(index.saturating_sub(1)).copied().unwrap_or(f64::NAN)
    }
}
