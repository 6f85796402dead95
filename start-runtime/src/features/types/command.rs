//! `types`: prints the types of the program, writes them, or compares them with a file.

use std::fs;
use std::path::PathBuf;

use clap::{ArgMatches, Args, FromArgMatches as _};

use super::file;
use super::program::{Chosen, types};
use crate::document;
use crate::kernel::{Subcommand, Table};

pub const TYPES: Subcommand = Subcommand {
    name: "types",
    define: |command| {
        let about = "Print the types of the API for TypeScript and a typed client, write them to a file, or hold them against one";
        TypesOptions::augment_args(command.about(about))
    },
    // A program may have procedures alone.
    needs_routes: false,
    answer,
};

#[derive(Args)]
struct TypesOptions {
    /// Print Zod schemas (zod 4) of what the program receives instead
    #[arg(long)]
    zod: bool,
    /// Write it to this file instead; one that ends in `.d.ts` gets types without a client
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    out: Option<PathBuf>,
    /// End with 1 and a diff if this file has other types
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
}

fn answer(arguments: &ArgMatches, table: &Table) -> Result<String, String> {
    let options = TypesOptions::from_arg_matches(arguments).map_err(|error| error.to_string())?;
    document::check_security(table).map_err(|error| format!("error: {error}"))?;
    document::check_params(table).map_err(|error| format!("error: {error}"))?;
    let file = options.out.as_deref().or(options.check.as_deref());
    let mut chosen = file.map_or_else(Chosen::default, Chosen::everything);
    chosen.zod = options.zod;
    let mut command = "types".to_owned();
    if options.zod {
        command += " --zod";
    }
    for view in &table.types {
        // The capability of a view adds its flag; without it, there is none to look for.
        if let Ok(Some(form)) = arguments.try_get_one::<String>(view.flag) {
            chosen.views.push((view.flag, form.clone()));
            command += &format!(" --{} {form}", view.flag);
        }
    }
    let text = types(table, &chosen).map_err(|text| format!("error: {text}"))?;
    match (options.out, options.check) {
        (Some(path), _) => {
            let failed = |error| format!("error: `{}` cannot be written: {error}", path.display());
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(failed)?;
            }
            file::replace(&path, &text).map_err(failed)?;
            Ok(String::new())
        }
        (None, Some(path)) => file::check(&path, &text, &command).map(|()| String::new()),
        (None, None) => Ok(text),
    }
}
