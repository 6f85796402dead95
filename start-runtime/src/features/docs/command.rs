//! `docs`: writes the docs page as files that a browser can open from disk.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, FromArgMatches as _};

use super::{page, title};
use crate::document;
use crate::kernel::{Subcommand, Table};

pub const DOCS: Subcommand = Subcommand {
    name: "docs",
    needs_routes: true,
    define: |command| {
        DocsOptions::augment_args(command.about("Write the docs page as a static site that opens from disk"))
    },
    answer,
};

#[derive(Args)]
struct DocsOptions {
    /// The folder for the files; other files in it stay
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

fn answer(arguments: &ArgMatches, table: &Table) -> Result<String, String> {
    let options = DocsOptions::from_arg_matches(arguments).map_err(|error| error.to_string())?;
    document::check_security(table).map_err(|error| format!("error: {error}"))?;
    document::check_params(table).map_err(|error| format!("error: {error}"))?;
    write(&site(table), &options.out)
}

/// The files of a site that shows the docs without the program, as names and contents.
fn site(table: &Table) -> [(&'static str, String); 2] {
    let document = document::document(table);
    [("index.html", page::from_disk(title(&document), &document)), (page::SITE_DOCUMENT, document::text(&document))]
}

/// Writes the files into the folder, and creates it if it is missing. Returns one line per file. Other files in the
/// folder stay as they are.
fn write(files: &[(&str, String)], folder: &Path) -> Result<String, String> {
    let failed = |path: &Path, error| format!("error: `{}` cannot be written: {error}", path.display());
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let mut lines = String::new();
    for (name, content) in files {
        let path = folder.join(name);
        fs::write(&path, content).map_err(|error| failed(&path, error))?;
        lines += &format!("wrote {}\n", path.display());
    }
    Ok(lines)
}
