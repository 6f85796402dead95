//! Route files: debug builds check that none was forgotten, and that none is left out by mistake.
//!
//! Cargo does not notice a new file that no code mentions, unless a one-line build.rs tells it to look. Without that
//! build.rs, the program would lack the file without any warning. And a file whose name says that it is not a route, such
//! as `_authed.rs`, is not compiled: the routes in it would be missing just as silently.

use std::path::{Component, Path};

use crate::kernel::Route;

/// A folder that `routes!` was called with, and the files that it found at compile time.
#[derive(Debug)]
pub struct RouteFolder {
    /// The path of the folder on the machine that compiled. The record exists in debug builds only.
    pub path: &'static str,
    /// The folder as written, such as `src/routes`.
    pub name: &'static str,
    /// The route files: paths relative to the folder.
    pub files: &'static [&'static str],
    /// The files that are left out because of their names, and why.
    pub left_out: &'static [(&'static str, &'static str)],
}

inventory::collect!(RouteFolder);

/// A route file that is not compiled in.
pub struct Forgotten {
    pub file: String,
    /// The folder as written.
    pub folder: &'static str,
    /// Whether the package has a build.rs.
    pub has_build_script: bool,
}

/// The folders, as absolute paths.
#[cfg(debug_assertions)]
pub fn paths() -> Vec<&'static str> {
    inventory::iter::<RouteFolder>().map(|folder| folder.path).collect()
}

/// Returns the route files that exist now but did not when the program was compiled.
pub fn forgotten() -> Vec<Forgotten> {
    let mut found = Vec::new();
    for folder in inventory::iter::<RouteFolder>() {
        let root = Path::new(folder.path);
        visit(root, root, &mut |file| {
            let is_known = folder.files.contains(&file) || folder.left_out.iter().any(|(name, _)| *name == file);
            // A guard that is not compiled in would leave its folder open. Another new file may be anything.
            let is_guard = file.rsplit('/').next() == Some("_middleware.rs");
            if !is_known && (is_guard || !file.split('/').any(is_hidden) || holds_a_route(&root.join(file))) {
                let package = root.ancestors().find(|folder| folder.join("Cargo.toml").is_file());
                found.push(Forgotten {
                    file: format!("{}/{file}", folder.name),
                    folder: folder.name,
                    has_build_script: package.is_some_and(|package| package.join("build.rs").is_file()),
                });
            }
        });
    }
    found.sort_by(|a, b| a.file.cmp(&b.file));
    found
}

/// Returns the files that hold routes and are left out because of their names, each with the reason. A file that the
/// program has made a module itself is not left out.
pub fn left_out<'a>(linked: impl Iterator<Item = &'a Route>) -> Vec<String> {
    let compiled: Vec<&Path> = linked.map(|route| Path::new(route.declaration.file)).collect();
    let mut found = Vec::new();
    for folder in inventory::iter::<RouteFolder>() {
        for (file, reason) in folder.left_out {
            let path = Path::new(folder.path).join(file);
            if holds_a_route(&path) && !compiled.iter().any(|compiled| is_end_of(compiled, &path)) {
                found.push(format!(
                    "the routes in `{}/{file}` do not answer, because {reason}: rename it, or move the routes into a route file",
                    folder.name
                ));
            }
        }
    }
    found.sort();
    found
}

/// Whether a path that the compiler names is that of a file. It is relative to the workspace.
fn is_end_of(compiled: &Path, file: &Path) -> bool {
    let compiled: std::path::PathBuf =
        compiled.components().filter(|part| !matches!(part, Component::CurDir)).collect();
    file.ends_with(compiled)
}

/// Whether a line of the file is an attribute of a route.
fn holds_a_route(file: &Path) -> bool {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines().any(|line| {
        let Some(attribute) = line.trim_start().strip_prefix("#[") else { return false };
        let end = attribute.find(|char: char| !(char.is_alphanumeric() || "_: ".contains(char)));
        let path = &attribute[..end.unwrap_or(attribute.len())];
        matches!(path.rsplit("::").next().map(str::trim), Some("api_route" | "page_route"))
    })
}

/// Calls `see` with each file of Rust. A folder that cannot be read (because the program runs elsewhere) counts as empty.
fn visit(root: &Path, folder: &Path, see: &mut dyn FnMut(&str)) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            visit(root, &path, see);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && let Ok(relative) = path.strip_prefix(root)
        {
            let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            see(&parts.join("/"));
        }
    }
}

/// Whether a name can say that a file is not a route.
fn is_hidden(part: &str) -> bool {
    part.starts_with(['_', '-', '.']) || part == "mod.rs"
}
