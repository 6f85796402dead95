//! Route files: debug builds check that none was forgotten.
//!
//! Cargo does not notice a new file that no code mentions, unless a one-line build.rs tells it to look. Without that
//! build.rs, the program would lack the file without any warning.

use std::path::Path;

/// A folder that `routes!` was called with, and the files that it found at compile time.
#[derive(Debug)]
pub struct RouteFolder {
    /// The path of the folder on the machine that compiled. The record exists in debug builds only.
    pub path: &'static str,
    /// The folder as written, such as `src/routes`.
    pub name: &'static str,
    /// Paths relative to the folder.
    pub files: &'static [&'static str],
}

inventory::collect!(RouteFolder);

/// Returns the route files that exist now but did not when the program was compiled.
pub fn forgotten() -> Vec<String> {
    let mut found = Vec::new();
    for folder in inventory::iter::<RouteFolder>() {
        let root = Path::new(folder.path);
        visit(root, root, &mut |file| {
            if !folder.files.contains(&file) {
                found.push(format!("{}/{file}", folder.name));
            }
        });
    }
    found.sort();
    found
}

/// Calls `see` with each route file. A folder that cannot be read (because the program runs elsewhere) counts as empty.
fn visit(root: &Path, folder: &Path, see: &mut dyn FnMut(&str)) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(['_', '-', '.']) || name == "mod.rs" {
            continue;
        }
        if path.is_dir() {
            visit(root, &path, see);
        } else if name.ends_with(".rs")
            && let Ok(relative) = path.strip_prefix(root)
        {
            let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            see(&parts.join("/"));
        }
    }
}
