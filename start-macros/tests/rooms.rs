//! The rooms of this crate, the folders and files of `src`, and which of them may name which.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the ground up. A room names only rooms on lower floors.
const FLOORS: [&[&str]; 6] = [
    &["grammar", "manifest"],
    &["item"],
    &["signature"],
    &["adapter"],
    &["route", "procedure", "extractor", "middleware", "entry"],
    &["lib"],
];

#[test]
fn a_room_names_only_rooms_on_lower_floors() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut named, mut wrong) = (0, Vec::new());
    for file in files(&src) {
        let place = file.strip_prefix(&src).expect("below src");
        let (room, text) = (room(place), code(&fs::read_to_string(&file).expect("readable")));
        let mut refuse = |what: &str| wrong.push(format!("{}: {what}", place.display()));
        for other in text.split("crate::").skip(1) {
            named += 1;
            let other: String = other.chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect();
            if other.is_empty() {
                refuse("`crate::{…}`: write a line for each room");
            } else if other != room && floor(&other) >= floor(&room) {
                refuse(&format!("names `{other}`, which is not below `{room}`"));
            }
        }
        let top = place.iter().count() == 1 || place.ends_with("mod.rs");
        if text.contains("super::super") || top && text.contains("super::") {
            refuse("`super` leaves the room: write `crate::…`");
        }
        if text.contains("pub use crate::") {
            refuse("a room re-exports only what it defines");
        }
    }
    assert!(named > 50, "the test no longer finds the paths: {named}");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let found = paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    found.filter(|path| path.extension().is_some_and(|ext| ext == "rs") && !path.ends_with("tests.rs")).collect()
}

/// `route` for `route/check.rs`, `adapter` for `adapter.rs`.
fn room(file: &Path) -> String {
    let first = file.iter().next().expect("a name").to_string_lossy();
    first.strip_suffix(".rs").unwrap_or(&first).to_owned()
}

fn floor(room: &str) -> usize {
    FLOORS.iter().position(|rooms| rooms.contains(&room)).unwrap_or_else(|| panic!("`{room}` has no floor: add it"))
}

/// The text without comments, strings, and the test module, which stands at the end of a file.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let text = text.replace(r"\\", "").replace("\\\"", "").replace("'\"'", "");
    let (mut rest, mut code) = (text.as_str(), String::new());
    while let Some(at) = rest.find(['"', '/']) {
        code.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = match rest.as_bytes() {
            [b'"', ..] => rest[1..].find('"').map(|end| end + 2),
            [b'/', b'/', ..] => rest.find('\n'),
            _ => Some(1),
        };
        rest = &rest[end.unwrap_or(rest.len())..];
    }
    code + rest
}
