//! The house: which room may name which. ARCHITECTURE.md says why.
//!
//! Each folder of `src/` is a room on a floor. A room names rooms of lower floors only, a capability names no
//! other, and nothing but the list of capabilities names one. This test reads every path in every file, so the
//! rule cannot rot.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The rooms from the ground up. Rooms of one floor do not name each other.
const FLOORS: [&[&str]; 10] = [
    &["http", "base"],
    &["router", "transport", "redis", "response"],
    &["decode", "describe"],
    &["kernel"],
    &["event", "document", "start", "typescript"],
    &["extract", "dispatch"],
    &["adapter"],
    &["features"],
    &["run"],
    &["test"],
];

/// The face of the house: what users may name, and what generated code may name. They name everything.
const FACE: [&str; 2] = ["lib.rs", "rt.rs"];

/// The features of rooms that capabilities share, and make something of where they are there.
const SHARED: [&str; 1] = ["redis"];

/// The one file outside of `features/` that names capabilities.
const LIST: &str = "run/capabilities.rs";

#[test]
fn rooms_name_lower_floors_only() {
    let source = source();
    let mut broken = Vec::new();
    for file in rust_files(&source) {
        let name = file.strip_prefix(&source).unwrap().to_string_lossy().replace('\\', "/");
        if FACE.contains(&name.as_str()) || name.ends_with("/tests.rs") {
            continue;
        }
        let tokens: TokenStream = fs::read_to_string(&file).unwrap().parse().unwrap();
        let mut found = Found::default();
        found.walk(&tokens.into_iter().collect::<Vec<_>>());
        let faults = found.paths.iter().filter_map(|path| fault(&name, path));
        let reexports = found.reexports.iter().filter(|_| name.ends_with("mod.rs"));
        let reexports = reexports.map(|path| format!("`pub use {path}`: a mod.rs re-exports only its own room"));
        broken.extend(faults.chain(reexports).map(|fault| format!("src/{name}: {fault}")));
    }
    assert!(broken.is_empty(), "the floors are broken:\n  {}", broken.join("\n  "));
}

#[test]
fn every_folder_is_a_room() {
    let rooms: BTreeSet<&str> = FLOORS.into_iter().flatten().chain(&FACE).copied().collect();
    for entry in fs::read_dir(source()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(rooms.contains(name.as_str()), "src/{name} is on no floor: give it a place in FLOORS");
    }
}

#[test]
fn capabilities_are_chosen_in_the_face_and_the_list_alone() {
    let source = source();
    for file in rust_files(&source) {
        let name = file.strip_prefix(&source).unwrap().to_string_lossy().replace('\\', "/");
        if FACE.contains(&name.as_str()) || name == LIST {
            continue;
        }
        let own = name.strip_prefix("features/").and_then(|inside| inside.split('/').next());
        // A module is spelled with `_` where its feature has `-`.
        let own = own.map(|own| own.replace('_', "-"));
        let text = fs::read_to_string(&file).unwrap();
        for feature in text.split("feature = \"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let is_own = own.as_ref().is_some_and(|own| feature.starts_with(own) || SHARED.contains(&feature));
            assert!(is_own, "src/{name}: `cfg(feature = \"{feature}\")` belongs into the folder of that capability");
        }
    }
}

/// What is wrong with a path in a file, if anything is.
fn fault(file: &str, path: &[String]) -> Option<String> {
    let text = path.join("::");
    let steps: Vec<&str> = path.iter().map(String::as_str).collect();
    let depth = file.matches('/').count();
    let is_mod = file.ends_with("/mod.rs");
    let target = match steps.as_slice() {
        ["super", "super", ..] => return Some(format!("`{text}`: write such a path from `crate`")),
        ["crate" | "start_runtime", target @ ..] => target.to_vec(),
        // The parent of a room is the crate, and that of a capability the floor of capabilities.
        ["super", target @ ..] if is_mod && depth == 1 => target.to_vec(),
        ["super", target @ ..] if is_mod && depth == 2 && file.starts_with("features/") => {
            [&["features"], target].concat()
        }
        _ => return None,
    };
    let (own, room) = (file.split('/').next()?, *target.first()?);
    if room == "features" && own != "features" && file != LIST {
        return Some(format!("`{text}`: outside of features/ only {LIST} names a capability"));
    }
    if room == "features" && own == "features" {
        let is_own = file.split('/').nth(1) == target.get(1).copied();
        return (!is_own).then(|| format!("`{text}`: a capability never names another"));
    }
    if room == own {
        return None;
    }
    match (floor(own), floor(room)) {
        (Some(above), Some(below)) if below < above => None,
        (Some(from), Some(to)) => {
            Some(format!("`{text}`: {own} is on floor {from} and may not name {room} on floor {to}"))
        }
        _ => Some(format!("`{text}`: a room names rooms, not the face of the house")),
    }
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// The paths of a file that begin at the crate or at a parent, and those among them that it re-exports.
#[derive(Default)]
struct Found {
    paths: Vec<Vec<String>>,
    reexports: Vec<String>,
}

impl Found {
    /// Comments are no tokens and doc comments are literals: what is left is code. Tests may name what they like.
    fn walk(&mut self, tokens: &[TokenTree]) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if begins_test(&tokens[at..]) {
                at = end_of_item(tokens, at);
                continue;
            }
            if let TokenTree::Group(group) = token {
                self.walk(&group.stream().into_iter().collect::<Vec<_>>());
            }
            if !is_root(token) {
                at += 1;
                continue;
            }
            let before = self.paths.len();
            let end = self.follow(tokens, at, Vec::new());
            if is_reexport(tokens, at) {
                self.reexports.extend(self.paths[before..].iter().map(|path| path.join("::")));
            }
            at = end;
        }
    }

    /// Follows `a::b::{c, d::e}`: each leaf of it is a path. Returns the place behind it.
    fn follow(&mut self, tokens: &[TokenTree], mut at: usize, mut path: Vec<String>) -> usize {
        loop {
            match tokens.get(at) {
                Some(TokenTree::Ident(step)) => path.push(step.to_string()),
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    for branch in inner.split(|token| is_punct(token, ',')).filter(|branch| !branch.is_empty()) {
                        self.follow(branch, 0, path.clone());
                    }
                    return at + 1;
                }
                _ => break,
            }
            at += 1;
            match tokens.get(at..at + 2) {
                Some([one, two]) if is_punct(one, ':') && is_punct(two, ':') => at += 2,
                _ => break,
            }
        }
        // A root alone is no path: `pub(crate)`, `extern crate`.
        if path.len() > 1 {
            self.paths.push(path);
        }
        at
    }
}

fn is_root(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(ident) if ["crate", "super", "start_runtime"].iter().any(|root| ident == root))
}

/// Whether the path that begins here stands in a `pub use`.
fn is_reexport(tokens: &[TokenTree], at: usize) -> bool {
    let before: Vec<String> = tokens[at.saturating_sub(3)..at].iter().map(ToString::to_string).collect();
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    matches!(before.as_slice(), [.., "pub", "use"] | ["pub", _, "use"])
}

fn is_punct(token: &TokenTree, char: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == char)
}

/// `#[cfg(test)]` and `#[cfg(doctest)]`.
fn begins_test(tokens: &[TokenTree]) -> bool {
    let [hash, TokenTree::Group(attribute), ..] = tokens else { return false };
    let text = attribute.stream().to_string().replace(' ', "");
    is_punct(hash, '#') && matches!(text.as_str(), "cfg(test)" | "cfg(doctest)")
}

/// The place behind an item: behind its semicolon or its braces.
fn end_of_item(tokens: &[TokenTree], from: usize) -> usize {
    let ends = |token: &TokenTree| {
        is_punct(token, ';') || matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
    };
    tokens[from..].iter().position(ends).map_or(tokens.len(), |end| from + end + 1)
}
