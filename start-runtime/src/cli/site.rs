//! `docs`: the docs page as files that open from disk.

use std::fs;
use std::path::Path;

/// Writes the files into the folder, which is made if it is missing; gives the line that says so. Other files of
/// the folder stay as they are.
pub fn write(files: &[(&str, String)], folder: &Path) -> Result<String, String> {
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
