//! Writes a route file for each name in `names.txt`. Only changes are written, so that cargo does not build for ever.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=names.txt");
    println!("cargo:rerun-if-changed=src/routes");
    let root = Path::new("src/routes");
    let mut wanted = BTreeSet::new();
    for line in fs::read_to_string("names.txt").expect("names.txt").lines() {
        let mut columns = line.split_whitespace();
        let (Some(method), Some(file)) = (columns.next(), columns.nth(1)) else { panic!("three columns: {line}") };
        let path = root.join(file);
        write(&path, &route(method, file));
        wanted.insert(path);
    }
    // A helper is left out as well, and nobody misses it.
    let helper = root.join("-helper.rs");
    write(&helper, "pub fn nothing() {}\n");
    wanted.insert(helper);
    // A layout has no path of its own: it is left out, and reported.
    let layout = root.join("_layout.rs");
    write(&layout, &route("GET", "_layout.rs"));
    wanted.insert(layout);
    remove_others(root, &wanted);
}

fn route(method: &str, file: &str) -> String {
    format!(
        "use start_runtime::prelude::*;\n\n#[api_route]\nasync fn {method}(event: APIEvent) -> String {{\n    crate::answer({file:?}, &event)\n}}\n"
    )
}

fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|found| found == text) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn remove_others(folder: &Path, wanted: &BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            remove_others(&path, wanted);
        } else if !wanted.contains(&path) {
            fs::remove_file(path).expect("removed");
        }
    }
}
