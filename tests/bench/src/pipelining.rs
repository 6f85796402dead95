//! A short text over loopback, pipelined 16 deep: Start and hyper beside bare actix-web.
//!
//! Turns, rounds and CPU time are as in `http`. Every connection sends 16 requests in one write, then reads 16 answers.

use std::time::{Duration, Instant};

use crate::Result;
use crate::health::HEALTH;
use crate::load::Load;
use crate::process::{Server, leave_first_cpu};
use crate::stats::{median, print_table, row, spread, thousands};

const ROUNDS: usize = 30;
const TIME: Duration = Duration::from_millis(250);
const ROUNDS_A_PROCESS: usize = 6;
const CONNECTIONS: usize = 16;
const DEPTH: usize = 16;

/// The first is what the others are compared with.
const SUBJECTS: [(&str, &str); 3] =
    [("actix-web, `App::route`", "actix"), ("Start", "start"), ("hyper", "hyper-pipelining")];

/// The measurements of a server in one turn.
#[derive(Clone, Copy, Default)]
struct Turn {
    cpu_micros: f64,
    a_second: f64,
    core: f64,
}

type Round = [Turn; SUBJECTS.len()];

/// Measures and prints.
pub fn run() -> Result<()> {
    leave_first_cpu()?;
    let mut rounds: Vec<Round> = Vec::new();
    while rounds.len() < ROUNDS {
        let servers = SUBJECTS.iter().map(|(_, kind)| Server::start(kind)).collect::<Result<Vec<_>>>()?;
        // The first round is a warm-up.
        round(&servers, false)?;
        for number in 0..ROUNDS_A_PROCESS {
            rounds.push(round(&servers, number % 2 == 1)?);
        }
    }
    let each = |of: &dyn Fn(&Round) -> f64| -> Vec<f64> { rounds.iter().map(of).collect() };
    let mut rows = vec![row![
        "server",
        "CPU µs per request",
        "efficiency, × bare actix",
        "requests/s",
        "× bare actix",
        "core in use"
    ]];
    rows.extend(SUBJECTS.iter().enumerate().map(|(index, (name, _))| {
        row![
            name,
            spread(&each(&|round| round[index].cpu_micros), 2),
            spread(&each(&|round| round[0].cpu_micros / round[index].cpu_micros), 3),
            thousands(median(each(&|round| round[index].a_second))),
            spread(&each(&|round| round[index].a_second / round[0].a_second), 3),
            format!("{:.2}", median(each(&|round| round[index].core))),
        ]
    }));
    let title = format!(
        "{DEPTH} requests in a row on {CONNECTIONS} connections: {} rounds of {} ms",
        rounds.len(),
        TIME.as_millis()
    );
    print_table(&title, &rows);
    Ok(())
}

/// One turn for each server.
fn round(servers: &[Server], backwards: bool) -> Result<Round> {
    let mut turns = Round::default();
    for step in 0..turns.len() {
        let index = if backwards { turns.len() - 1 - step } else { step };
        turns[index] = turn(&servers[index])?;
    }
    Ok(turns)
}

fn turn(server: &Server) -> Result<Turn> {
    let mut load = Load::open(server.address, HEALTH, CONNECTIONS)?.pipelined(DEPTH);
    let (cpu, started) = (server.cpu_time()?, Instant::now());
    let answers = load.run(TIME)? as f64;
    let (cpu, time) = ((server.cpu_time()? - cpu).as_secs_f64(), started.elapsed().as_secs_f64());
    Ok(Turn { cpu_micros: cpu / answers * 1e6, a_second: answers / time, core: cpu / time })
}
