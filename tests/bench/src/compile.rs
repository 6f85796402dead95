//! The compile time of 500 handlers: `#[api_route]` beside actix's `#[get]`.
//!
//! Creates two throw-away crates in the target folder. Their dependencies are built first. Then each crate is checked
//! and built from scratch, and once more after an edit, as in everyday work.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{env, fs};

use crate::Result;
use crate::stats::{median, print_table, row};

const HANDLERS: usize = 500;
const ROUNDS: usize = 3;
const CRATES: [(&str, Source); 2] = [("actix-500", actix), ("start-500", start)];
const STEPS: [(&str, &str, bool); 4] = [
    ("`cargo check`", "check", true),
    ("`cargo check` after an edit", "check", false),
    ("`cargo build`", "build", true),
    ("`cargo build` after an edit", "build", false),
];

/// The text of a crate's main.rs. The mark makes each version a different text.
type Source = fn(&str) -> String;

/// Wall-clock seconds, and seconds of CPU time in user mode.
#[derive(Clone, Copy)]
struct Cost {
    wall: f64,
    user: f64,
}

/// Measures and prints.
pub fn run() -> Result<()> {
    let folder = workspace()?;
    for (name, _) in CRATES {
        for command in ["check", "build"] {
            cargo(&folder, &[command, "-p", name])?;
        }
    }
    let mut costs = vec![vec![[Cost { wall: 0.0, user: 0.0 }; STEPS.len()]; ROUNDS]; CRATES.len()];
    #[allow(clippy::needless_range_loop, reason = "a round has a place in the costs of each crate")]
    for round in 0..ROUNDS {
        for (index, (name, source)) in CRATES.iter().enumerate() {
            for (step, (_, command, from_nothing)) in STEPS.iter().enumerate() {
                if *from_nothing {
                    cargo(&folder, &["clean", "-p", name])?;
                } else {
                    fs::write(folder.join(name).join("src/main.rs"), source(&format!("{round}{step}")))?;
                }
                costs[index][round][step] = cargo(&folder, &[command, "-p", name])?;
            }
        }
    }
    let mut rows =
        vec![row!["500 handlers, seconds (wall / user)", "actix `#[get]`", "`#[api_route]`", "ratio (wall / user)"]];
    for (step, (title, ..)) in STEPS.iter().enumerate() {
        let middle =
            |index: usize, field: fn(&Cost) -> f64| median(costs[index].iter().map(|steps| field(&steps[step])));
        let [theirs, ours] =
            [0, 1].map(|index| Cost { wall: middle(index, |cost| cost.wall), user: middle(index, |cost| cost.user) });
        let cell = |cost: Cost| format!("{:.2} / {:.2}", cost.wall, cost.user);
        rows.push(row![
            title,
            cell(theirs),
            cell(ours),
            cell(Cost { wall: ours.wall / theirs.wall, user: ours.user / theirs.user })
        ]);
    }
    print_table(&format!("Compile time, {ROUNDS} rounds"), &rows);
    Ok(())
}

/// A workspace with the two crates, and the versions of all dependencies from this workspace.
fn workspace() -> Result<PathBuf> {
    let program = env::current_exe()?;
    let target = program.ancestors().nth(2).ok_or("this program lies in a target folder")?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let folder = target.join("bench-compile");
    for (name, source) in CRATES {
        let manifest = format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[dependencies]\nserde = {{ version = \"1\", features = [\"derive\"] }}\n{}\n",
            if name == "start-500" {
                format!("start-runtime = {{ path = {:?} }}", root.join("start-runtime"))
            } else {
                "actix-web = { version = \"4\", default-features = false, features = [\"macros\", \"cookies\", \"secure-cookies\", \"compress-gzip\", \"http2\"] }".to_owned()
            }
        );
        fs::create_dir_all(folder.join(name).join("src"))?;
        fs::write(folder.join(name).join("Cargo.toml"), manifest)?;
        fs::write(folder.join(name).join("src/main.rs"), source("0"))?;
    }
    fs::write(folder.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"actix-500\", \"start-500\"]\n")?;
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    Ok(folder)
}

/// Runs cargo and returns the time that it took.
fn cargo(folder: &Path, arguments: &[&str]) -> Result<Cost> {
    let (user, started) = (user_time_of_children()?, Instant::now());
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(folder).env("CARGO_TARGET_DIR", folder.join("target"));
    let output = command.stdin(Stdio::null()).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(Cost { wall: started.elapsed().as_secs_f64(), user: user_time_of_children()? - user })
}

/// Field 16 of `/proc/self/stat`: the time of children that have ended, in hundredths of a second.
fn user_time_of_children() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit_once(") ").ok_or("the name stands in parentheses")?.1;
    Ok(after_name.split(' ').nth(13).ok_or("stat has more than 16 fields")?.parse::<f64>()? / 100.0)
}

const ROW: &str = "struct Row { id: u32, name: String, tag: String }\n";

fn start(edit: &str) -> String {
    let derive = "#[derive(serde::Serialize, start_runtime::schemars::JsonSchema)]\n#[schemars(crate = \"start_runtime::schemars\")]\n";
    let mut source = format!("use start_runtime::prelude::*;\n\n{derive}{ROW}");
    for number in 0..HANDLERS {
        let head = format!("#[api_route(GET, \"/r{number}/[id]\")]\nasync fn r{number}(id: u32) -> Vec<Row>");
        let _ = writeln!(source, "{head} {{\n    vec![{}]\n}}", value(number, edit));
    }
    source + "fn main() -> std::io::Result<()> {\n    start_runtime::run()\n}\n"
}

fn actix(edit: &str) -> String {
    let mut source = format!("use actix_web::{{App, HttpServer, get, web}};\n\n#[derive(serde::Serialize)]\n{ROW}");
    let mut services = String::new();
    for number in 0..HANDLERS {
        let head =
            format!("#[get(\"/r{number}/{{id}}\")]\nasync fn r{number}(path: web::Path<u32>) -> web::Json<Vec<Row>>");
        let _ = writeln!(
            source,
            "{head} {{\n    let id = path.into_inner();\n    web::Json(vec![{}])\n}}",
            value(number, edit)
        );
        let _ = writeln!(services, "        .service(r{number})");
    }
    let _ = writeln!(source, "fn routes(config: &mut web::ServiceConfig) {{\n    config\n{services};\n}}");
    source
        + "#[actix_web::main]\nasync fn main() -> std::io::Result<()> {\n    HttpServer::new(|| App::new().configure(routes)).bind((\"127.0.0.1\", 8080))?.run().await\n}\n"
}

/// One handler, which changes with each edit.
fn value(number: usize, edit: &str) -> String {
    let edit = if number == HANDLERS / 2 { edit } else { "" };
    format!("Row {{ id, name: \"row {number}\".to_owned(), tag: format!(\"{edit}{{id}}\") }}")
}
