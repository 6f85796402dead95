//! Procedures of tRPC: Start beside `@trpc/server` standalone on Node, with the same procedures and the same bytes.
//!
//! One process per server, one worker, 16 keep-alive connections. The servers take short turns, and ratios are of CPU time
//! within a round. Node's other threads count as well: they compile and collect.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use start_runtime::prelude::*;
use start_runtime::trpc;

use crate::Result;
use crate::load::Load;
use crate::process::{Server, leave_first_cpu};
use crate::stats::{median, print_table, row, spread};

const ROUNDS: usize = 30;
const TIME: Duration = Duration::from_millis(250);
const CONNECTIONS: usize = 16;

/// How many calls a batch has.
const BATCH: usize = 10;

#[trpc::query]
async fn hello(input: Option<String>) -> String {
    format!("hello {}", input.as_deref().unwrap_or("world"))
}

#[derive(serde::Deserialize, JsonSchema, garde::Validate)]
struct NewPost {
    #[garde(length(chars, min = 1))]
    title: String,
    #[garde(skip)]
    text: String,
    #[garde(skip)]
    tags: Vec<String>,
}

#[derive(serde::Serialize, JsonSchema)]
struct Post {
    id: u32,
    title: String,
    text: String,
    tags: Vec<String>,
}

#[trpc::mutation]
async fn add_post(input: NewPost) -> Post {
    let NewPost { title, text, tags } = input;
    Post { id: 1, title, text, tags }
}

/// What is asked.
struct Work {
    name: &'static str,
    path: String,
    /// Of a POST.
    body: Option<String>,
    answer: String,
    calls: usize,
}

impl Work {
    fn open(&self, server: &Server) -> Result<Load> {
        let load = match &self.body {
            None => Load::open(server.address, &self.path, CONNECTIONS)?,
            Some(body) => Load::open_post(server.address, &self.path, CONNECTIONS, body)?,
        };
        // Node sends it in chunks.
        if !String::from_utf8_lossy(load.body()).contains(&self.answer) {
            return Err(format!("another answer: {}", String::from_utf8_lossy(load.body())).into());
        }
        Ok(load)
    }

    /// CPU time of a call, in microseconds.
    fn turn(&self, server: &Server) -> Result<f64> {
        let mut load = self.open(server)?;
        let before = server.cpu_time()?;
        let answers = load.run(TIME)? as f64;
        let time = (server.cpu_time()? - before).as_secs_f64();
        Ok(time / answers / self.calls as f64 * 1e6)
    }
}

fn works() -> [Work; 4] {
    const POST: &str =
        r#"{"title":"Owls","text":"They carry letters, and read none of them.","tags":["post","birds"]}"#;
    let added = format!(r#"{{"result":{{"data":{{"id":1,{}}}}}"#, &POST[1..]);
    let greeted = r#"{"result":{"data":"hello Luna"}}"#;
    let batch = |name: &str| [name; BATCH].join(",");
    let inputs = |input: &str| {
        let members: Vec<String> = (0..BATCH).map(|index| format!("\"{index}\":{input}")).collect();
        format!("{{{}}}", members.join(","))
    };
    let encoded = |text: &str| text.replace('"', "%22").replace('{', "%7B").replace('}', "%7D").replace(',', "%2C");
    [
        Work {
            name: "a query",
            path: "/trpc/hello?input=%22Luna%22".into(),
            body: None,
            answer: greeted.into(),
            calls: 1,
        },
        Work {
            name: "a mutation",
            path: "/trpc/addPost".into(),
            body: Some(POST.into()),
            answer: added.clone(),
            calls: 1,
        },
        Work {
            name: "10 queries in a batch",
            path: format!("/trpc/{}?batch=1&input={}", batch("hello"), encoded(&inputs("\"Luna\""))),
            body: None,
            answer: format!("[{}]", batch(greeted)),
            calls: BATCH,
        },
        Work {
            name: "10 mutations in a batch",
            path: format!("/trpc/{}?batch=1", batch("addPost")),
            body: Some(inputs(POST)),
            answer: format!("[{}]", batch(&added)),
            calls: BATCH,
        },
    ]
}

/// Measures and prints.
pub fn run() -> Result<()> {
    leave_first_cpu()?;
    let servers = [Server::start("start-trpc")?, start_node()?];
    let works = works();
    let mut rounds: Vec<Vec<[f64; 2]>> = Vec::new();
    // The first ones warm up: Node compiles what is called often.
    for round in 0..ROUNDS + 4 {
        let turn = |work: &Work| Ok([work.turn(&servers[0])?, work.turn(&servers[1])?]);
        let turns = works.iter().map(turn).collect::<Result<Vec<_>>>()?;
        if round >= 4 {
            rounds.push(turns);
        }
    }
    let mut rows = vec![row!["work", "@trpc/server, µs per call", "Start, µs per call", "@trpc/server / Start"]];
    for (index, work) in works.iter().enumerate() {
        let each = |of: &dyn Fn([f64; 2]) -> f64| -> Vec<f64> { rounds.iter().map(|round| of(round[index])).collect() };
        let ratios = each(&|[ours, theirs]| theirs / ours);
        rows.push(row![
            work.name,
            spread(&each(&|turn| turn[1]), 2),
            spread(&each(&|turn| turn[0]), 2),
            spread(&ratios, 1)
        ]);
    }
    let title = format!("tRPC: CPU time per call, {ROUNDS} rounds of {} ms", TIME.as_millis());
    print_table(&title, &rows);
    let least = (0..works.len()).map(|index| median(rounds.iter().map(|round| round[index][1] / round[index][0])));
    println!("\nThe least of the medians: {:.1}", least.fold(f64::INFINITY, f64::min));
    Ok(())
}

fn start_node() -> Result<Server> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("trpc-server");
    let mut install = Command::new("npm");
    install.args(["ci", "--silent", "--no-audit", "--no-fund"]).current_dir(&folder);
    if !install.status()?.success() {
        return Err("npm could not install @trpc/server".into());
    }
    Server::start_program("node", &[&folder.join("server.mjs").display().to_string()])
}
