//! Source files: debug builds look for routes that were written and are not linked in.
//!
//! A file that no `mod` names is not compiled, and a library that no line names is not linked: what is annotated in them
//! would be missing without a word. The files are read as text, so what this finds is a warning. Nothing of it is in
//! release builds.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use crate::kernel::Route;

/// What the sources of the program's packages say, and the program does not have: a line for each file.
pub fn forgotten(routes: &[&'static Route], folders_of_routes: &[&'static str]) -> Vec<String> {
    let packages: BTreeSet<&'static str> = routes.iter().filter_map(|route| route.declaration.package.folder).collect();
    let compiled: Vec<&Path> = routes.iter().map(|route| Path::new(route.declaration.file)).collect();
    let mut found = Vec::new();
    for package in packages {
        let source = Path::new(package).join("src");
        let mut files = Vec::new();
        visit(&source, &mut files);
        files.retain(|file| !folders_of_routes.iter().any(|folder| file.path.starts_with(folder)));
        found.extend(judge(&source, &files, |file| compiled.iter().any(|known| file.ends_with(known))));
    }
    found.sort();
    found
}

/// A source file.
struct Source {
    path: PathBuf,
    text: String,
}

/// How many files of a package are read.
const MOST_FILES: usize = 2000;

fn visit(folder: &Path, files: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if files.len() >= MOST_FILES {
            return;
        }
        if path.is_dir() {
            visit(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            files.push(Source { path, text });
        }
    }
}

fn judge(source: &Path, files: &[Source], is_compiled: impl Fn(&Path) -> bool) -> Vec<String> {
    let roots = [source.join("main.rs"), source.join("lib.rs")];
    let reached: Vec<BTreeSet<&Path>> = roots.iter().map(|root| reached(root, files)).collect();
    let linked: Vec<bool> = reached.iter().map(|files| files.iter().any(|file| is_compiled(file))).collect();
    let is_alone = |file: &Source| file.path.strip_prefix(source).is_ok_and(|inside| inside.starts_with("bin"));
    let registers = files.iter().any(|file| file.text.contains(".service(") || file.text.contains("services!["));
    let mut lines = Vec::new();
    for file in files.iter().filter(|file| !is_alone(file)) {
        let shown = shown(&file.path);
        if let Some(line) = line_with(&file.text, is_attribute)
            && !is_compiled(&file.path)
        {
            let is_reached = |root: usize| reached[root].contains(file.path.as_path());
            if !is_reached(0) && !is_reached(1) {
                let (name, parent) = parent(source, &file.path, files);
                lines.push(format!(
                    "{shown}:{line} has a route that is not compiled in: is `mod {name};` missing in {parent}?"
                ));
            } else if is_reached(1) && !is_reached(0) && !linked[1] && linked[0] {
                lines.push(format!(
                    "{shown}:{line} has a route that is not linked in: name the library once in main.rs, `use my_crate as _;` with its name"
                ));
            }
        }
        if !registers
            && (is_compiled(&file.path) || reached.iter().any(|files| files.contains(file.path.as_path())))
            && let Some(line) = line_with(&file.text, is_of_actix)
        {
            lines.push(format!(
                "{shown}:{line} has an attribute of actix, whose function nobody registers: write `#[api_route(\"/…\")]` in its place, or register it with `Start::configure`"
            ));
        }
    }
    lines
}

/// The number of the first line that is wanted.
fn line_with(text: &str, wanted: fn(&str) -> bool) -> Option<usize> {
    text.lines().position(|line| wanted(line.trim_start())).map(|index| index + 1)
}

fn is_attribute(line: &str) -> bool {
    ["#[api_route", "#[page_route", "#[start_runtime::api_route", "#[start_runtime::page_route"]
        .iter()
        .any(|start| line.strip_prefix(start).is_some_and(|rest| rest.starts_with(['(', ']'])))
}

fn is_of_actix(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("#[") else { return false };
    let rest = rest.strip_prefix("actix_web::").or_else(|| rest.strip_prefix("web::")).unwrap_or(rest);
    let Some((name, arguments)) = rest.split_once('(') else { return false };
    matches!(name, "get" | "post" | "put" | "patch" | "delete" | "head" | "route") && arguments.starts_with("\"/")
}

/// The files that a root reaches by `mod name;`, `#[path]` and `include!`.
fn reached<'f>(root: &Path, files: &'f [Source]) -> BTreeSet<&'f Path> {
    let (mut found, mut open) = (BTreeSet::new(), vec![root.to_owned()]);
    while let Some(path) = open.pop() {
        let Some(file) = files.iter().find(|file| file.path == path) else { continue };
        if !found.insert(file.path.as_path()) {
            continue;
        }
        let own = file.path.parent().unwrap_or(Path::new(""));
        let below = folder_below(&file.path);
        for name in modules(&file.text) {
            // A `mod` inside of an inline module stands for a file farther below.
            let named = files.iter().filter(|file| {
                let is_named = file.path.file_stem().is_some_and(|stem| stem == name.as_str())
                    || file.path.ends_with(Path::new(&name).join("mod.rs"));
                is_named && file.path.starts_with(&below)
            });
            open.extend(named.map(|file| file.path.clone()));
        }
        open.extend(quoted_files(&file.text).map(|name| lexical(&own.join(name))));
        // A macro may name any module.
        if file.text.contains("automod::dir!") {
            open.extend(files.iter().map(|file| file.path.clone()));
        }
    }
    found
}

/// Where the modules of a file are.
fn folder_below(file: &Path) -> PathBuf {
    let folder = file.parent().unwrap_or(Path::new(""));
    match file.file_stem().and_then(|stem| stem.to_str()) {
        Some("main" | "lib" | "mod") | None => folder.to_owned(),
        Some(stem) => folder.join(stem),
    }
}

/// The names in `mod name;`.
fn modules(text: &str) -> Vec<String> {
    let pieces = text.split(';').filter_map(|piece| {
        let (before, name) = piece.rsplit_once("mod ")?;
        let name = name.trim().trim_start_matches("r#");
        let is_word = before.chars().next_back().is_none_or(|char| char.is_whitespace() || char == ']');
        (is_word && !name.is_empty() && name.chars().all(|char| char == '_' || char.is_alphanumeric()))
            .then(|| name.to_owned())
    });
    pieces.collect()
}

/// The texts that end with `.rs`: of `#[path = "…"]` and `include!("…")`.
fn quoted_files(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').filter(|piece| piece.ends_with(".rs") && !piece.contains('\n'))
}

/// A path without `.` and `..`.
fn lexical(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(clean.pop()),
            Component::CurDir => {}
            part => clean.push(part),
        }
    }
    clean
}

/// The name of a file's module, and the file that should name it.
fn parent(source: &Path, file: &Path, files: &[Source]) -> (String, String) {
    let stem = |path: &Path| path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let folder = file.parent().unwrap_or(source);
    let (name, folder) =
        if stem(file) == "mod" { (stem(folder), folder.parent().unwrap_or(source)) } else { (stem(file), folder) };
    let candidates = if folder == source {
        vec![source.join("main.rs"), source.join("lib.rs")]
    } else {
        vec![folder.join("mod.rs"), folder.with_extension("rs")]
    };
    let there = candidates.iter().find(|candidate| files.iter().any(|file| file.path == **candidate));
    (name, shown(there.unwrap_or(&candidates[0])))
}

/// A path as messages show it: from `src` on.
fn shown(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    let start = parts.iter().rposition(|part| part == "src").unwrap_or(0);
    parts[start..].join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTE: &str = "#[api_route(\"/x\")]\nasync fn GET() {}\n";

    fn lines(files: &[(&str, &str)], compiled: &[&str]) -> Vec<String> {
        let source = Path::new("/p/src");
        let files: Vec<Source> =
            files.iter().map(|(path, text)| Source { path: source.join(path), text: (*text).to_owned() }).collect();
        judge(source, &files, |file| compiled.iter().any(|known| file == source.join(known)))
    }

    #[test]
    fn a_file_that_no_mod_names_is_told_where_it_is_missing() {
        let main = ("main.rs", "mod a;\npub(crate) mod b ;\n#[path = \"other/c.rs\"]\nmod c;\nmod d { mod e; }\n");
        let files = [
            main,
            ("a.rs", ROUTE),
            ("b/mod.rs", ROUTE),
            ("other/c.rs", ROUTE),
            ("d/e.rs", ROUTE),
            ("bin/tool.rs", ROUTE),
            ("spells.rs", ROUTE),
            ("b/charms.rs", ROUTE),
            ("a/deep/mod.rs", ROUTE),
            ("notes.rs", "// #[api_route] is the attribute\nfn f() {}\n"),
        ];
        let found = lines(&files, &["main.rs"]);
        assert_eq!(
            found,
            [
                "src/spells.rs:1 has a route that is not compiled in: is `mod spells;` missing in src/main.rs?",
                "src/b/charms.rs:1 has a route that is not compiled in: is `mod charms;` missing in src/b/mod.rs?",
                "src/a/deep/mod.rs:1 has a route that is not compiled in: is `mod deep;` missing in src/a.rs?",
            ]
        );
        assert_eq!(lines(&files, &["main.rs", "spells.rs", "b/charms.rs", "a/deep/mod.rs"]), [""; 0]);
    }

    #[test]
    fn a_library_that_nobody_names_is_told_how_to_name_it() {
        let files = [("main.rs", ROUTE), ("lib.rs", "mod a;\n"), ("a.rs", ROUTE)];
        let found = lines(&files, &["main.rs"]);
        assert!(
            found.len() == 1 && found[0].contains("src/a.rs:1") && found[0].contains("use my_crate as _;"),
            "{found:?}"
        );
        assert_eq!(lines(&files, &["main.rs", "a.rs"]), [""; 0]);
        // The library in another program: its own main.rs is no part of that.
        assert_eq!(lines(&files, &["a.rs"]), [""; 0]);
    }

    #[test]
    fn an_attribute_of_actix_beside_routes_is_told() {
        let actix = "#[get(\"/x\")]\nasync fn x() -> &'static str { \"x\" }\n";
        let main = format!("{ROUTE}\n{actix}");
        let found = lines(&[("main.rs", &main)], &["main.rs"]);
        assert!(
            found.len() == 1 && found[0].starts_with("src/main.rs:4 ") && found[0].contains("api_route"),
            "{found:?}"
        );
        let registered = format!("{main}fn f(c: &mut ServiceConfig) {{ c.service(x); }}\n");
        assert_eq!(lines(&[("main.rs", &registered)], &["main.rs"]), [""; 0]);
        for line in ["#[post(\"/x\")]", "#[actix_web::delete(\"/x\")]", "#[route(\"/x\", method = \"GET\")]"] {
            assert!(is_of_actix(line), "{line}");
        }
        for line in ["#[get]", "#[getter(\"/x\")]", "#[serde(get(\"/x\"))]", "#[get(x)]"] {
            assert!(!is_of_actix(line), "{line}");
        }
    }
}
