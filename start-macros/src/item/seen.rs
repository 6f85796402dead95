//! The functions of a crate that were expanded before this one.
//!
//! One run of rustc is one crate, so a static in the macro sees them one after the other. Nothing guarantees that; the
//! runtime checks again at start-up, and across crates.

use std::collections::BTreeMap;
use std::sync::Mutex;

use proc_macro2::{Ident, Span};

use crate::item::surroundings;

/// The functions of each block of each file, with their places.
static NAMES: Mutex<BTreeMap<Key, String>> = Mutex::new(BTreeMap::new());

/// A file, the line of a block in it, and a name.
type Key = (String, usize, String);

/// Remembers a function. Returns the place of another one that its module has by that name, which the compiler would
/// report without a cure.
pub fn earlier(ident: &Ident) -> Option<String> {
    let (around, here) = (surroundings::place(ident)?, place(ident.span())?);
    let key = (around.file.clone(), around.block().line, ident.to_string());
    let first = NAMES.lock().ok()?.insert(key, here.clone());
    first.filter(|first| *first != here)
}

/// A place such as `src/main.rs:12`; `None` in an editor's long-lived server, which expands a crate many times.
pub fn place(span: Span) -> Option<String> {
    if !proc_macro::is_available() {
        return None;
    }
    // Inside a macro, which was just checked, the compiler's own span is always there.
    let span = span.unwrap();
    span.local_file()?;
    Some(format!("{}:{}", span.file(), span.line()))
}
