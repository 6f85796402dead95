//! superjson: values that JSON does not know, such as dates, big integers, maps and sets, by npm's `superjson` as the
//! transformer of the client.
//!
//! | file | what it does |
//! |---|---|
//! | `marks`, `path` | what `meta` says of the values of an input |
//! | `sent`, `reader` | an input, and how a type reads it |
//! | `kind`, `types` | values of JavaScript, and the Rust types that become them |
//! | `writer` | a value as JSON, with what `meta` says of it |
//!
//! An input is `{ json, meta: { values, referentialEqualities, v } }`. `meta` stays beside `json`: a type asks for what it
//! needs, so a bigint is a number for an `u64` and a text for a `String`.
//!
//! - Work and memory are bounded by the size of the text: a path leads no deeper than JSON may be nested, and what
//!   `referentialEqualities` repeats is counted.

mod kind;
mod marks;
mod path;
mod reader;
mod sent;
pub mod types;
mod writer;

pub use self::sent::{Sent, with_member};
pub use self::writer::write;

use serde_json::{Map, Value};

/// What `meta.values` says of a value: `["Date"]`, `["set", { "0": ["Date"] }]`, `{ "at": ["Date"] }`.
pub type Marks = Option<Value>;

/// The text that superjson reads.
pub fn enveloped(json: &[u8], marks: &Marks) -> Vec<u8> {
    let meta = marks.as_ref().map(|marks| format!(",\"meta\":{{\"values\":{marks},\"v\":1}}")).unwrap_or_default();
    let mut text = Vec::with_capacity(json.len() + meta.len() + 9);
    text.extend_from_slice(b"{\"json\":");
    text.extend_from_slice(json);
    text.extend_from_slice(meta.as_bytes());
    text.push(b'}');
    text
}

/// `undefined`, as superjson writes it.
pub fn undefined() -> (&'static [u8], Marks) {
    (b"null", Some(Value::from(vec!["undefined"])))
}

/// The marks of a value that has this one at a path.
pub fn below(path: &str, marks: Marks) -> Marks {
    let mut inside = Map::new();
    add(&mut inside, path, marks);
    (!inside.is_empty()).then(|| inside.into())
}

/// Adds the marks of a part, as superjson does: paths of parts in parts are joined.
fn add(inside: &mut Map<String, Value>, path: &str, marks: Marks) {
    match marks {
        None => {}
        Some(Value::Object(deeper)) => {
            inside.extend(deeper.into_iter().map(|(key, marks)| (format!("{path}.{key}"), marks)));
        }
        Some(marks) => {
            inside.insert(path.to_owned(), marks);
        }
    }
}
