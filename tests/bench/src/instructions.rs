//! User instructions, counted by callgrind: of a request with its allocations, of a fetch in process, and of a match in
//! the router. Steady where times are not.
//!
//! One worker, one keep-alive connection, one request at a time. Two runs of different length, and the difference divided
//! by the requests between them: start-up and shutdown cancel out. callgrind counts each byte of a memset, which a CPU
//! does not, so the column "no memset" leaves those out. `bench instructions OTHER` adds the same servers of another build
//! of this program, such as one before a change.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::load::{Load, get};
use crate::process::{Server, counted};
use crate::stats::{print_table, row, thousands};
use crate::students::{LAST_OF_1000, STUDENTS};
use crate::{Result, router};

const FEW: u64 = 300;
const MANY: u64 = 2300;

/// A name, the server, and the path.
const SUBJECTS: [(&str, &str, &str); 4] = [
    ("actix-web, `App::route`", "actix", STUDENTS),
    ("Start", "start", STUDENTS),
    ("Start, among 1,000 more", "start-1000", STUDENTS),
    ("Start, the last of 1,000 more", "start-1000", LAST_OF_1000),
];

/// What callgrind counted in one run.
struct Counts {
    all: f64,
    memset: f64,
    allocations: f64,
}

/// Measures and prints.
pub fn run(other: Option<&str>) -> Result<()> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return Err("valgrind is not installed".into());
    }
    let own = env::current_exe()?;
    let mut programs = vec![(String::new(), own)];
    programs.extend(other.map(|other| (", the other build".to_owned(), PathBuf::from(other))));
    let mut rows = vec![row!["server", "instructions per request", "no memset", "allocations", "actix / it"]];
    let mut reference = None;
    for (note, program) in &programs {
        for (name, kind, path) in SUBJECTS {
            let counts = per_request(program, kind, path)?;
            let lean = counts.all - counts.memset;
            let reference = *reference.get_or_insert(lean);
            rows.push(row![
                format!("{name}{note}"),
                thousands(counts.all),
                thousands(lean),
                format!("{:.1}", counts.allocations),
                format!("{:.3}", reference / lean)
            ]);
        }
    }
    print_table(&format!("User instructions, {FEW} against {MANY} requests"), &rows);
    fetches()?;
    matches()
}

/// What `event.fetch` takes for the way there and back, the handler included.
fn fetches() -> Result<()> {
    let mut rows = vec![row!["`event.fetch` of", "instructions", "allocations"]];
    for (name, path) in [("the students route", "/measure/fetch"), ("a short text", "/measure/fetch-text")] {
        let counts = per_step([1000, 4000], |times, out| {
            let server = Server::start_counted(&env::current_exe()?, "start", out)?;
            get(server.address, &format!("{path}/{times}"))?;
            server.finish()
        })?;
        rows.push(row![name, thousands(counts.all - counts.memset), format!("{:.1}", counts.allocations)]);
    }
    print_table("User instructions of a fetch in process", &rows);
    Ok(())
}

/// What a match takes, beside matchit.
fn matches() -> Result<()> {
    let mut rows = vec![row!["routes", "Start", "matchit", "Start / matchit"]];
    for size in router::SIZES {
        let mut counts = [[0.0; 2]; 2];
        for (counts, router) in counts.iter_mut().zip(["start", "matchit"]) {
            for (count, kind) in counts.iter_mut().zip(["static", "dynamic"]) {
                *count = per_step([2000, 12_000], |times, out| {
                    let mut command = counted(&env::current_exe()?, out);
                    command.args(["match", router, &size.to_string(), kind, &times.to_string()]);
                    if command.status()?.success() { Ok(()) } else { Err("a match failed".into()) }
                })?
                .all;
            }
        }
        let [start, matchit] = counts;
        let cell = |[of_static, of_dynamic]: [f64; 2]| format!("{} / {}", thousands(of_static), thousands(of_dynamic));
        let ratio = format!("{:.2} / {:.2}", start[0] / matchit[0], start[1] / matchit[1]);
        rows.push(row![thousands(size as f64), cell(start), cell(matchit), ratio]);
    }
    print_table("User instructions of a match (static / dynamic)", &rows);
    Ok(())
}

fn per_request(program: &Path, kind: &str, path: &str) -> Result<Counts> {
    per_step([FEW, MANY], |requests, out| {
        let server = Server::start_counted(program, kind, out)?;
        let mut load = Load::open(server.address, path, 1)?;
        load.repeat(requests)?;
        drop(load);
        server.finish()
    })
}

/// Instructions without memset, of a request with the header line that `header` gets from the server.
pub fn per_request_with(
    program: &Path,
    kind: &str,
    path: &str,
    header: impl Fn(SocketAddr) -> Result<Option<String>>,
) -> Result<f64> {
    let counts = per_step([FEW, MANY], |requests, out| {
        let server = Server::start_counted(program, kind, out)?;
        let header = header(server.address)?;
        let mut load = Load::open_with(server.address, path, 1, header.as_deref())?;
        load.repeat_of_any_length(requests)?;
        drop(load);
        server.finish()
    })?;
    Ok(counts.all - counts.memset)
}

/// The difference of two runs, each with so many steps, divided by the steps between them. `run` writes callgrind's file.
fn per_step(steps: [u64; 2], run: impl Fn(u64, &Path) -> Result<()>) -> Result<Counts> {
    let out = env::temp_dir().join(format!("bench-callgrind-{}.out", std::process::id()));
    let count = |steps| {
        run(steps, &out)?;
        let counts = parse(&fs::read_to_string(&out)?);
        fs::remove_file(&out)?;
        counts
    };
    let (few, many) = (count(steps[0])?, count(steps[1])?);
    let between = (steps[1] - steps[0]) as f64;
    Ok(Counts {
        all: (many.all - few.all) / between,
        memset: (many.memset - few.memset) / between,
        allocations: (many.allocations - few.allocations) / between,
    })
}

/// Reads callgrind's file: the total, the own cost of memset, and how often memory was asked for.
fn parse(text: &str) -> Result<Counts> {
    let mut names: HashMap<&str, &str> = HashMap::new();
    let mut counts = Counts { all: 0.0, memset: 0.0, allocations: 0.0 };
    let (mut function, mut called, mut is_call) = ("", "", false);
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("fn=") {
            function = name(rest, &mut names);
        } else if let Some(rest) = line.strip_prefix("cfn=") {
            called = name(rest, &mut names);
        } else if let Some(rest) = line.strip_prefix("calls=") {
            is_call = true;
            if matches!(called, "malloc" | "calloc" | "realloc" | "posix_memalign" | "aligned_alloc") {
                counts.allocations += number(rest.split(' ').next());
            }
        } else if let Some(rest) = line.strip_prefix("totals: ") {
            counts.all = number(Some(rest));
        } else if line.starts_with(|start: char| start.is_ascii_digit() || "+-*".contains(start)) {
            // The line behind `calls=` is the cost of the called function.
            if !is_call && function.contains("memset") {
                counts.memset += number(line.split(' ').nth(1));
            }
            is_call = false;
        }
    }
    if counts.all == 0.0 { Err("callgrind wrote no totals".into()) } else { Ok(counts) }
}

/// `(12) name` the first time, `(12)` later.
fn name<'a>(text: &'a str, names: &mut HashMap<&'a str, &'a str>) -> &'a str {
    match text.split_once(' ') {
        Some((id, name)) => {
            names.insert(id, name);
            name
        }
        None => names.get(text).copied().unwrap_or_default(),
    }
}

fn number(text: Option<&str>) -> f64 {
    text.and_then(|text| text.trim().parse().ok()).unwrap_or_default()
}
