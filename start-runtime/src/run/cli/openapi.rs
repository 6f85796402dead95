//! `openapi`: prints the document, writes it to a file, or compares it with a file that is kept with the code.

use std::fs;
use std::path::Path;

use similar::TextDiff;

/// Handles the document as the options say. Returns an error if a file is stale, or cannot be read or written.
pub fn answer(document: &str, out: Option<&Path>, check: Option<&Path>) -> Result<String, String> {
    match (out, check) {
        (Some(file), _) => {
            let failed = |error| format!("error: `{}` cannot be written: {error}", file.display());
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder).map_err(failed)?;
            }
            fs::write(file, document).map_err(failed)?;
            Ok(String::new())
        }
        (None, Some(file)) => {
            let failed =
                |error| format!("error: `{0}` cannot be read: {error}\nWrite it: openapi --out {0}", file.display());
            let kept = fs::read_to_string(file).map_err(failed)?;
            // A checkout on Windows has other line endings.
            compare(&kept.replace("\r\n", "\n"), document, file)
        }
        (None, None) => Ok(document.to_owned()),
    }
}

fn compare(kept: &str, document: &str, file: &Path) -> Result<String, String> {
    if kept == document {
        return Ok(String::new());
    }
    let name = file.display().to_string();
    let diff = TextDiff::from_lines(kept, document);
    let diff = diff.unified_diff().context_radius(3).header(&name, "the routes as they are").to_string();
    Err(format!("{diff}\nerror: `{name}` is stale. Write it anew: openapi --out {name}"))
}
