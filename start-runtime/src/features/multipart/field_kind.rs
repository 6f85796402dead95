//! Finds out what the fields of a form are before any of them is read.

use serde::de::DeserializeOwned;

use super::placeholder;
use crate::decode::text::{Wanted, wanted};

/// How a type treats a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldKind {
    Text,
    /// A file of at most this many bytes.
    File(u64),
    /// The type accepts text or a file: a flattened field, a map.
    Any,
    /// The type ignores the field.
    Nothing,
    /// The type does not know the field and refuses it.
    Refused,
}

/// Returns how a `T` treats the field with this name.
pub fn kind_of<T: DeserializeOwned>(name: &str) -> FieldKind {
    match wanted::<T>(name, |name| placeholder::limit_in(name).is_some()) {
        Wanted::Named(name) => placeholder::limit_in(name).map_or(FieldKind::Text, FieldKind::File),
        Wanted::Text | Wanted::Members => FieldKind::Text,
        Wanted::Anything | Wanted::AnyValue => FieldKind::Any,
        Wanted::Nothing => FieldKind::Nothing,
        Wanted::Refused => FieldKind::Refused,
    }
}
