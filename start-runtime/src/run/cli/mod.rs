//! The way in through the command line. All commands except `serve` answer from the route records alone: before the
//! body of `main` runs, without a database or secrets.

mod explain;
mod listing;
mod openapi;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{ArgMatches, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand as ClapSubcommand};

use super::{build, capabilities};
use crate::document;
use crate::kernel::{Subcommand, Table};
use crate::start::linked;

#[derive(Parser)]
#[command(
    about = "A program with API routes, made with Start",
    disable_version_flag = true,
    args_conflicts_with_subcommands = true
)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeOptions,
}

/// What the program was called for.
#[derive(ClapSubcommand)]
pub enum Command {
    /// Listen and answer requests (what happens without a command)
    Serve(ServeOptions),
    /// List the routes
    Routes {
        /// As JSON, a list of objects
        #[arg(long)]
        json: bool,
    },
    /// Say which handler answers a request, with which params, and why the others do not
    Match {
        /// The method, such as GET
        method: String,
        /// The path, such as /api/students
        path: String,
    },
    /// Print the OpenAPI document, write it to a file, or hold it against one
    Openapi {
        /// Write it to this file instead
        #[arg(long, value_name = "FILE", conflicts_with = "check")]
        out: Option<PathBuf>,
        /// End with 1 and a diff if this file is another document
        #[arg(long, value_name = "FILE")]
        check: Option<PathBuf>,
    },
}

/// Where to listen.
#[derive(Args, Clone)]
pub struct ServeOptions {
    /// The address to listen on, 127.0.0.1 unless set; `localhost` means both loopbacks
    #[arg(long, env = "HOST", value_parser = host)]
    pub host: Option<String>,
    /// The port to listen on, 3000 unless set; 0 lets the system choose
    #[arg(long, env = "PORT", value_parser = port)]
    pub port: Option<u16>,
    /// How many threads answer requests; the number of cores unless set
    #[arg(long, env = "WORKERS")]
    pub workers: Option<NonZeroUsize>,
}

/// Reads `--host` or HOST.
fn host(text: &str) -> Result<String, String> {
    check_host(text).map(|()| text.to_owned()).map_err(str::to_owned)
}

/// Returns an error for what is more than a name or an address.
pub fn check_host(host: &str) -> Result<(), &'static str> {
    let is_address = host.parse::<std::net::IpAddr>().is_ok();
    if is_address || !host.is_empty() && !host.contains([':', '/', '[', ' ', '*']) {
        return Ok(());
    }
    Err(
        "a host is a name or an address alone, without scheme and port: write `--host 127.0.0.1 --port 8080`, or HOST=127.0.0.1 and PORT=8080 in the environment (0.0.0.0 is every IPv4 address of the machine, `::` every one)",
    )
}

/// Reads `--port` or PORT.
fn port(text: &str) -> Result<u16, String> {
    let message = "a port is a number from 0 to 65535: write `--port 8080`, or PORT=8080 in the environment";
    text.parse().map_err(|_| message.to_owned())
}

/// A command of the core or of a capability.
enum Invocation {
    Core(Command),
    /// A command of a capability, with its arguments.
    Capability(&'static Subcommand, ArgMatches),
}

/// Parses the command line. A mistake in it ends the process with a message.
fn invocation() -> Invocation {
    let define = |line: clap::Command, own: &Subcommand| match line.find_subcommand(own.name) {
        Some(_) => line.mut_subcommand(own.name, own.define),
        None => line.subcommand((own.define)(clap::Command::new(own.name))),
    };
    let matches = capabilities::commands().fold(CommandLine::command(), define).get_matches();
    if let Some((name, arguments)) = matches.subcommand()
        && let Some(own) = capabilities::commands().find(|own| own.name == name)
    {
        return Invocation::Capability(own, arguments.clone());
    }
    let CommandLine { command, serve } = CommandLine::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    Invocation::Core(command.unwrap_or(Command::Serve(serve)))
}

/// Returns where to listen. Any command other than `serve` is answered instead, and ends the process.
pub fn serve_options() -> ServeOptions {
    match invocation() {
        Invocation::Core(Command::Serve(options)) => options,
        other => answer_and_exit(&other),
    }
}

/// Answers any command other than `serve` and ends the process; called before the body of `main`.
pub fn answer_commands() {
    serve_options();
}

/// Answers a command and ends the process: with code 0 if it succeeds, and with 1 if it fails, for example because no
/// handler answers a `match`, or because routes conflict.
fn answer_and_exit(invocation: &Invocation) -> ! {
    let needs_routes = match invocation {
        Invocation::Core(_) => true,
        Invocation::Capability(own, _) => own.needs_routes,
    };
    let table = build::default_table(needs_routes).map_err(|error| format!("error: {error}"));
    let answer = table.and_then(|table| match invocation {
        Invocation::Core(command) => answer(command, &table),
        Invocation::Capability(own, arguments) => (own.answer)(arguments, &table),
    });
    let code = match answer {
        Ok(text) => {
            print(&text);
            0
        }
        Err(text) => {
            eprintln!("{}", text.trim_end());
            1
        }
    };
    std::process::exit(code)
}

fn answer(command: &Command, table: &Table) -> Result<String, String> {
    match command {
        Command::Serve(_) => Ok(String::new()),
        Command::Routes { json } => {
            for left_out in linked::left_out() {
                eprintln!("note: {left_out}");
            }
            Ok(if *json { listing::json(table) } else { listing::text(table) })
        }
        Command::Match { method, path } => explain::explain(table, method, path),
        Command::Openapi { out, check } => {
            document::check_security(table).map_err(|error| format!("error: {error}"))?;
            document::check_params(table).map_err(|error| format!("error: {error}"))?;
            openapi::answer(&document::text(&document::document(table)), out.as_deref(), check.as_deref())
        }
    }
}

/// Prints a text. If the reader has stopped reading (`… | head`), that is not an error.
fn print(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stdout().write_all(text.as_bytes());
}
