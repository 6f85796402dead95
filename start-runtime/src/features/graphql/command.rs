//! `graphql --sdl`: prints the schema, or holds it against a file. Like all commands, it answers before the body of `main`:
//! from what `graphql_schema!` has left.

use std::fs;
use std::path::PathBuf;

use clap::{ArgMatches, Args, FromArgMatches as _};
use similar::TextDiff;

use super::schema::GraphqlSchema;
use crate::kernel::{Subcommand, Table};

pub const GRAPHQL: Subcommand = Subcommand {
    name: "graphql",
    needs_routes: false,
    define: |command| {
        GraphqlOptions::augment_args(
            command.about("Print the GraphQL schema, write it to a file, or hold it against one"),
        )
    },
    answer,
};

#[derive(Args)]
struct GraphqlOptions {
    /// In the schema definition language, which is the default
    #[arg(long)]
    sdl: bool,
    /// The schema that this function builds, if the program has several
    #[arg(long, value_name = "NAME")]
    schema: Option<String>,
    /// Write it to this file instead
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    out: Option<PathBuf>,
    /// End with 1 and a diff if this file is another schema
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
}

/// What `graphql_schema!` leaves behind.
pub struct SchemaRecord {
    /// The function that builds the schema.
    pub name: &'static str,
    pub sdl: fn() -> String,
}

inventory::collect!(SchemaRecord);

/// The types of a schema, or of one that is not finished.
pub fn sdl(schema: &impl GraphqlSchema) -> String {
    schema.sdl()
}

fn answer(arguments: &ArgMatches, _: &Table) -> Result<String, String> {
    let options = GraphqlOptions::from_arg_matches(arguments).map_err(|error| error.to_string())?;
    let _ = options.sdl;
    let mut text = (chosen(options.schema.as_deref())?.sdl)();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    match (&options.out, &options.check) {
        (Some(file), _) => {
            let failed = |error| format!("error: `{}` cannot be written: {error}", file.display());
            fs::write(file, text).map_err(failed)?;
            Ok(String::new())
        }
        (None, Some(file)) => {
            let failed = |error| {
                format!("error: `{0}` cannot be read: {error}\nWrite it: graphql --sdl --out {0}", file.display())
            };
            // A checkout on Windows has other line endings.
            compare(
                &fs::read_to_string(file).map_err(failed)?.replace("\r\n", "\n"),
                &text,
                &file.display().to_string(),
            )
        }
        (None, None) => Ok(text),
    }
}

fn chosen(name: Option<&str>) -> Result<&'static SchemaRecord, String> {
    let mut all: Vec<&SchemaRecord> = inventory::iter::<SchemaRecord>().collect();
    all.sort_by_key(|record| record.name);
    let names = || all.iter().map(|record| record.name).collect::<Vec<_>>().join(", ");
    match (name, all.as_slice()) {
        (_, []) => Err("error: this program has no GraphQL schema that is known before `main`.\n\
             Write `start_runtime::graphql_schema!(schema);` beside the function `fn schema()` that builds it"
            .to_owned()),
        (None, [only]) => Ok(only),
        (None, _) => {
            Err(format!("error: this program has several schemas: say by `--schema` which is meant ({})", names()))
        }
        (Some(name), all) => all
            .iter()
            .find(|record| record.name == name)
            .copied()
            .ok_or_else(|| format!("error: no function `{name}` builds a schema: there are {}", names())),
    }
}

fn compare(kept: &str, text: &str, name: &str) -> Result<String, String> {
    if kept == text {
        return Ok(String::new());
    }
    let diff = TextDiff::from_lines(kept, text);
    let diff = diff.unified_diff().context_radius(3).header(name, "the schema as it is").to_string();
    Err(format!("{diff}\nerror: `{name}` is stale. Write it anew: graphql --sdl --out {name}"))
}
