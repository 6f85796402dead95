//! The students route over loopback: Start beside bare actix-web, alone and among 1,000 more routes.
//!
//! One process per server, one worker, 64 keep-alive connections, no pipelining. The servers take short turns, in one
//! order and then in reverse, and ratios are taken within a round: if the machine is slower for a while, it is slower
//! for all. The first round is a warm-up and is discarded, and so is any round in which a server did not have its core
//! to itself. CPU time is what the kernel accounts to the server's process.

use std::time::{Duration, Instant};

use crate::Result;
use crate::load::Load;
use crate::process::{Server, leave_first_cpu};
use crate::stats::{median, print_table, row, spread, thousands};
use crate::students::{LAST_OF_1000, STUDENTS};

const ROUNDS: usize = 60;
const MOST_ROUNDS: usize = 4 * ROUNDS;
const TIME: Duration = Duration::from_millis(250);
/// Servers are restarted now and then, because the memory layout of a process is worth a few per cent.
const ROUNDS_A_PROCESS: usize = 6;
/// The share of its core that a server must have had for a round to count.
const ENOUGH: f64 = 0.95;
const CONNECTIONS: usize = 64;

/// What is compared: a name, the server, and the path.
const SUBJECTS: [(&str, &str, &str); 4] = [
    ("actix-web, `App::route`", "actix", STUDENTS),
    ("Start", "start", STUDENTS),
    ("actix-web, the last of 1,000 more", "actix-1000", LAST_OF_1000),
    ("Start, the last of 1,000 more", "start-1000", LAST_OF_1000),
];

/// A server that is running.
struct Subject {
    server: Server,
    path: &'static str,
    body: Vec<u8>,
}

/// The measurements of a server in one turn.
#[derive(Clone, Copy)]
struct Turn {
    cpu_micros: f64,
    a_second: f64,
    core: f64,
}

/// The turns of one round, in the order of `SUBJECTS`.
type Round = [Turn; SUBJECTS.len()];

/// Measures and prints.
pub fn run() -> Result<()> {
    leave_first_cpu()?;
    let (mut fair, mut rejected): (Vec<Round>, Vec<Round>) = (Vec::new(), Vec::new());
    while fair.len() < ROUNDS && fair.len() + rejected.len() < MOST_ROUNDS {
        let subjects = subjects()?;
        round(&subjects, false)?;
        for number in 0..ROUNDS_A_PROCESS {
            let seen = round(&subjects, number % 2 == 1)?;
            let is_fair = seen.iter().all(|turn| turn.core >= ENOUGH);
            if is_fair { fair.push(seen) } else { rejected.push(seen) }
        }
    }
    let mut note = format!("{} rounds of {} ms, {} more rejected", fair.len(), TIME.as_millis(), rejected.len());
    if fair.len() < ROUNDS / 3 {
        note += ", yet taken in: there are too few fair ones";
        fair.append(&mut rejected);
    }
    print(&fair, &note);
    Ok(())
}

/// Starts the servers, and checks that all of them send the same response.
fn subjects() -> Result<Vec<Subject>> {
    let subjects = SUBJECTS.iter().map(|(_, kind, path)| Subject::start(kind, path)).collect::<Result<Vec<_>>>()?;
    match subjects.iter().position(|subject| subject.body != subjects[0].body) {
        Some(other) => Err(format!("{}: the body is another one", SUBJECTS[other].0).into()),
        None => Ok(subjects),
    }
}

/// One turn for each server.
fn round(subjects: &[Subject], backwards: bool) -> Result<Round> {
    let mut turns = [Turn { cpu_micros: 0.0, a_second: 0.0, core: 0.0 }; SUBJECTS.len()];
    for step in 0..turns.len() {
        let index = if backwards { turns.len() - 1 - step } else { step };
        turns[index] = subjects[index].turn()?;
    }
    Ok(turns)
}

impl Subject {
    fn start(kind: &str, path: &'static str) -> Result<Self> {
        let server = Server::start(kind)?;
        let body = Load::open(server.address, path, 1)?.body().to_vec();
        Ok(Self { server, path, body })
    }

    fn turn(&self) -> Result<Turn> {
        let mut load = Load::open(self.server.address, self.path, CONNECTIONS)?;
        let (cpu, started) = (self.server.cpu_time()?, Instant::now());
        let answers = load.run(TIME)? as f64;
        let (cpu, time) = ((self.server.cpu_time()? - cpu).as_secs_f64(), started.elapsed().as_secs_f64());
        Ok(Turn { cpu_micros: cpu / answers * 1e6, a_second: answers / time, core: cpu / time })
    }
}

fn print(rounds: &[Round], title: &str) {
    let each = |of: &dyn Fn(&Round) -> f64| -> Vec<f64> { rounds.iter().map(of).collect() };
    let mut rows = vec![row![
        "server",
        "CPU µs per request",
        "efficiency, × bare actix",
        "requests/s",
        "× bare actix",
        "core in use"
    ]];
    rows.extend(SUBJECTS.iter().enumerate().map(|(index, (name, ..))| {
        row![
            name,
            spread(&each(&|round| round[index].cpu_micros), 2),
            spread(&each(&|round| round[0].cpu_micros / round[index].cpu_micros), 3),
            thousands(median(each(&|round| round[index].a_second))),
            spread(&each(&|round| round[index].a_second / round[0].a_second), 3),
            format!("{:.2}", median(each(&|round| round[index].core))),
        ]
    }));
    print_table(&format!("HTTP: {title}"), &rows);
    let share = median(each(&|round| round[1].cpu_micros / round[3].cpu_micros)) * 100.0;
    println!("\nStart among 1,000 more routes has {share:.1}% of the efficiency that it has alone.");
}
