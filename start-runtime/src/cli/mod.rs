//! The way in through the command line. Everything but `serve` answers from the route records alone:
//! before the body of `main`, without a database and without a secret.

mod explain;
mod listing;
mod openapi;
#[cfg(feature = "docs-page")]
mod site;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::docs::{self, DocsPlaces};
use crate::document;
use crate::kernel::Table;
use crate::linked;

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
#[derive(Subcommand)]
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
    /// Write the docs page as a static site that opens from disk
    #[cfg(feature = "docs-page")]
    Docs {
        /// The folder for the files; other files in it stay
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

/// Where to listen.
#[derive(Args, Clone)]
pub struct ServeOptions {
    /// The address to listen on; `localhost` means both loopbacks
    #[arg(long, env = "HOST", default_value = "127.0.0.1")]
    pub host: String,
    /// The port to listen on; 0 lets the system choose
    #[arg(long, env = "PORT", default_value_t = 3000)]
    pub port: u16,
    /// How many threads answer requests; the number of cores unless set
    #[arg(long, env = "WORKERS")]
    pub workers: Option<NonZeroUsize>,
}

/// Reads the command line; a mistake in it ends the process with a message.
pub fn command() -> Command {
    let CommandLine { command, serve } = CommandLine::parse();
    command.unwrap_or(Command::Serve(serve))
}

/// Answers any command but `serve` and ends the process; called before the body of `main`.
pub fn answer_commands() {
    let command = command();
    if !matches!(command, Command::Serve(_)) {
        answer_and_exit(&command);
    }
}

/// Answers and ends the process: 0 if all is well, 1 if nothing answers a `match` or the routes are
/// not in order.
pub fn answer_and_exit(command: &Command) -> ! {
    let answer = linked::table(None, &DocsPlaces::default())
        .map_err(|error| format!("error: {error}"))
        .and_then(|table| answer(command, &table));
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
        Command::Routes { json: true } => Ok(listing::json(table)),
        Command::Routes { json: false } => Ok(listing::text(table)),
        Command::Match { method, path } => explain::explain(table, method, path),
        Command::Openapi { out, check } => {
            document::check_security(table).map_err(|error| format!("error: {error}"))?;
            openapi::answer(&document::text(&document::document(table)), out.as_deref(), check.as_deref())
        }
        #[cfg(feature = "docs-page")]
        Command::Docs { out } => {
            document::check_security(table).map_err(|error| format!("error: {error}"))?;
            site::write(&docs::site(table), out)
        }
    }
}

/// Prints; a reader that has seen enough (`… | head`) is no error.
fn print(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stdout().write_all(text.as_bytes());
}
