//! The types of a program for clients in TypeScript: the command `types`, and `Start::write_types`.
//!
//! They are a view of the document: the same schemas, under short names. Other capabilities add views of their own
//! (`kernel/types_view.rs`), such as the procedures of an RPC protocol.

mod api;
mod command;
mod file;
pub mod integer_text;
mod program;
mod settings;
mod validation;

use std::path::PathBuf;

use crate::base::StartError;
use crate::kernel::{Capability, Opening, Settings};

pub const CAPABILITY: Capability = Capability { open, command: Some(command::TYPES) };

/// The files that `Start::write_types` was given.
#[derive(Default)]
struct Written(Vec<PathBuf>);

/// In debug builds, writes the files once the table is built. A folder that is missing keeps the program from starting.
fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    let Written(files) = settings.take().unwrap_or_default();
    if !cfg!(debug_assertions) {
        return Ok(());
    }
    for path in files {
        file::check_folder(&path)?;
        opening.once_built.push(Box::new(move |table| {
            let text = program::types(table, &program::Chosen::everything(&path))
                .map_err(|text| StartError::new(format!("`write_types({:?})`: {text}", path.display().to_string())))?;
            file::write_if_changed(&path, &text)
        }));
    }
    Ok(())
}
