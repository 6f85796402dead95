//! Decodes headers and cookies: one value, named by the argument, or a struct with a field for each.

use std::collections::HashMap;

use serde::de::DeserializeOwned;

use super::text::{self, Layout, Source, Wanted};
use super::{BadParam, BadParams, type_label};
use crate::http::ParamPlace;

/// Named values of a request, such as its headers.
pub trait NamedValues {
    const PLACE: ParamPlace;
    /// The name on the wire that belongs to a name in Rust.
    fn wire_name(name: &str) -> String;
    /// The ways in which a field can spell a name of the wire; the first is the usual one.
    fn spellings(wire_name: &str) -> Vec<String>;
    /// All values with this name.
    fn values(&self, wire_name: &str) -> Vec<String>;
    /// All names on the wire, and their values.
    fn all(&self) -> Vec<(String, String)>;
}

/// Reads a `T`. `name` is the name of the handler's argument.
pub fn read<S: NamedValues, T: DeserializeOwned>(source: &S, name: &str, bad: &mut BadParams) -> Option<T> {
    match text::layout::<T>() {
        Layout::Fields(fields) => {
            let mut pairs = Source::default();
            for field in fields {
                source.values(&S::wire_name(field)).iter().for_each(|value| pairs.push(field, value));
            }
            text::read_fields(&pairs, S::PLACE, bad)
        }
        Layout::Map => all(source, bad),
        Layout::Value => value(source, name, bad),
        // One value if there is one with this name, or else a struct.
        Layout::Anything if name.is_empty() => all(source, bad),
        Layout::Anything if source.values(&S::wire_name(name)).is_empty() => {
            all(source, &mut BadParams::new()).or_else(|| value(source, name, bad))
        }
        Layout::Anything => value(source, name, bad),
    }
}

fn all<S: NamedValues, T: DeserializeOwned>(source: &S, bad: &mut BadParams) -> Option<T> {
    let mut pairs = Source::default();
    let mut known: HashMap<String, String> = HashMap::new();
    for (wire_name, value) in source.all() {
        let spelling = |wire_name: &String| {
            let mut spellings = S::spellings(wire_name);
            let is_field = |name: &String| matches!(text::wanted::<T>(name, |_| false), Wanted::Text | Wanted::Members);
            let own = spellings.iter().position(is_field).unwrap_or_default();
            spellings.swap_remove(own)
        };
        pairs.push(known.entry(wire_name).or_insert_with_key(spelling), &value);
    }
    text::read_fields(&pairs, S::PLACE, bad)
}

fn value<S: NamedValues, T: DeserializeOwned>(source: &S, name: &str, bad: &mut BadParams) -> Option<T> {
    let wire_name = S::wire_name(name);
    let values = source.values(&wire_name);
    let (value, detail) = match text::read_value(&values.iter().map(|value| (&wire_name, value)).collect(), S::PLACE) {
        Ok(value) => return Some(value),
        Err((None, _)) if name.is_empty() => {
            (None, "give the argument a name: it is the name that is looked for".to_owned())
        }
        Err(error) => error,
    };
    let expected = Some(type_label(std::any::type_name::<T>()));
    bad.push(BadParam { place: S::PLACE, name: wire_name, value, expected, detail });
    None
}
