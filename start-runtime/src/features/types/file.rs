//! The file that holds the types: compared, and replaced as a whole.

use std::path::{Path, PathBuf};
use std::{fs, io};

use similar::TextDiff;

use crate::base::StartError;

/// Returns an error if the folder of a file is missing.
pub fn check_folder(path: &Path) -> Result<(), StartError> {
    let folder = folder(path);
    if folder.is_dir() {
        return Ok(());
    }
    let place = std::env::current_dir().unwrap_or_default();
    Err(StartError::new(format!(
        "`write_types({:?})`: there is no folder `{}` in `{}`. Make it, or start the program where it is",
        path.display().to_string(),
        folder.display(),
        place.display()
    )))
}

/// Writes a text unless the file has it already. Line endings do not count: a checkout on Windows has others.
pub fn write_if_changed(path: &Path, text: &str) -> Result<(), StartError> {
    if fs::read_to_string(path).is_ok_and(|known| known.replace("\r\n", "\n") == text) {
        return Ok(());
    }
    let failed = |error: io::Error| {
        let text = format!("`write_types({:?})`: the file cannot be written: {error}", path.display().to_string());
        StartError::caused_by(text, error)
    };
    replace(path, text).map_err(failed)?;
    tracing::info!("wrote the types to {}", path.display());
    Ok(())
}

/// Writes the text beside the file, and then puts it in its place, so that no reader sees half of it.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A link stays one: what it leads to is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = folder(&path).join(format!(".{name}.{}", std::process::id()));
    let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Returns an error with the differences if the file has another text.
pub fn check(path: &Path, text: &str, command: &str) -> Result<(), String> {
    let name = path.display();
    let kept = fs::read_to_string(path)
        .map_err(|error| format!("error: `{name}` cannot be read: {error}\nWrite it: {command} --out {name}"))?;
    let kept = kept.replace("\r\n", "\n");
    if kept == text {
        return Ok(());
    }
    let diff = TextDiff::from_lines(kept.as_str(), text);
    let diff = diff.unified_diff().context_radius(3).header(&name.to_string(), "the types as they are").to_string();
    Err(format!("{diff}\nerror: `{name}` is stale. Write it anew: {command} --out {name}"))
}

fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}
