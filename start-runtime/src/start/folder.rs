//! Route files: a check in debug builds that none was forgotten.
//!
//! Cargo does not look at a new file that nothing mentions; a build.rs with one line tells it to. A
//! program that was built without it would miss the file silently.

use std::path::Path;

/// A folder that `routes!` was called with, and the files that it found while compiling.
#[derive(Debug)]
pub struct RouteFolder {
    /// Where the folder was on the machine that compiled; debug builds only.
    pub path: &'static str,
    /// As written, such as `src/routes`.
    pub name: &'static str,
    /// Relative to the folder.
    pub files: &'static [&'static str],
}

inventory::collect!(RouteFolder);

/// The route files that are there now and were not when the program was compiled.
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

/// Calls `see` with each route file. A folder that cannot be read (the program runs elsewhere) has
/// none.
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
