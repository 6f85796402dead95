//! The cost of the document and the docs page: the first request, the size, and the speed of another route before and
//! after.
//!
//! Each sample is a process of its own, because the document is built once. The students route is requested in turns
//! before and after the first request for the document, so that the ratio of a turn is taken in one process.

use std::time::{Duration, Instant};

use crate::Result;
use crate::load::Load;
use crate::process::{Server, leave_first_cpu};
use crate::stats::{print_table, row, spread, thousands};
use crate::students::STUDENTS;

const SAMPLES: usize = 9;
const TIME: Duration = Duration::from_millis(400);
const CONNECTIONS: usize = 64;

/// The measurements of one process.
struct Sample {
    first: f64,
    second: f64,
    page: f64,
    bytes: usize,
    page_bytes: usize,
    /// CPU time per request before, divided by CPU time per request after.
    speed: f64,
}

/// Measures and prints.
pub fn run() -> Result<()> {
    leave_first_cpu()?;
    let mut rows = vec![row![
        "routes",
        "first document, ms",
        "second, ms",
        "first page, ms",
        "document, bytes",
        "page, bytes",
        "another route afterwards, × before"
    ]];
    for (name, kind) in [("few", "start"), ("1,000 more", "start-1000")] {
        let samples = (0..SAMPLES).map(|_| sample(kind)).collect::<Result<Vec<_>>>()?;
        let each = |of: fn(&Sample) -> f64, decimals| spread(&samples.iter().map(of).collect::<Vec<_>>(), decimals);
        rows.push(row![
            name,
            each(|sample| sample.first, 2),
            each(|sample| sample.second, 2),
            each(|sample| sample.page, 2),
            thousands(samples[0].bytes as f64),
            thousands(samples[0].page_bytes as f64),
            each(|sample| sample.speed, 3),
        ]);
    }
    print_table(&format!("Docs, {SAMPLES} processes each"), &rows);
    Ok(())
}

fn sample(kind: &str) -> Result<Sample> {
    let server = Server::start(kind)?;
    turn(&server)?;
    let before = turn(&server)?;
    let (first, bytes) = timed(&server, "/openapi.json")?;
    let (second, _) = timed(&server, "/openapi.json")?;
    let (page, page_bytes) = timed(&server, "/docs")?;
    let after = turn(&server)?;
    Ok(Sample { first, second, page, bytes, page_bytes, speed: before / after })
}

/// Milliseconds from opening a connection to the whole response, and the length of the response.
fn timed(server: &Server, path: &str) -> Result<(f64, usize)> {
    let started = Instant::now();
    let load = Load::open(server.address, path, 1)?;
    Ok((started.elapsed().as_secs_f64() * 1e3, load.body().len()))
}

/// CPU time of a request for the students route, in seconds.
fn turn(server: &Server) -> Result<f64> {
    let mut load = Load::open(server.address, STUDENTS, CONNECTIONS)?;
    let cpu = server.cpu_time()?;
    let answers = load.run(TIME)?;
    Ok((server.cpu_time()? - cpu).as_secs_f64() / answers as f64)
}
