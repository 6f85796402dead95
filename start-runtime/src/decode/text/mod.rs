//! Reads names and texts into a type: queries, forms, multipart fields, headers and cookies, all by the same rules.
//!
//! # How a type learns what a text is
//! A text has no type of its own, so the type that is read decides: `u32` asks for a number and gets one. Where serde
//! reads a value before it knows its type (a flattened struct, tagged and untagged enums), it can only be offered the
//! text. If the type then expects a number, its error says so, and names the text by its address in [`Source`]. So the
//! type is read again, and this text is offered as the number, `true`, `false` or nothing that it spells (`learn`). A
//! text for which nobody asked for anything else stays the text that it is: `007` for a `String` is never `7`.
//!
//! # Costs
//! The values are grouped once. Each reading visits each value at most once, and the number of readings is limited by
//! the values that they visit together (`Budget` in `learn`), not by the number of errors. [`BadParams`] reports the
//! first twenty errors.
//!
//! # Names
//! `filter[name]` is the member `name` of the parameter `filter` (the style `deepObject` of OpenAPI), if `filter` is a
//! struct or a map. In all other cases it is a name like any other.

mod error;
mod learn;
mod members;
mod node;
mod root;
mod shape;
mod source;

use serde::de::DeserializeOwned;

use super::bad_params::{BadParam, BadParams, MISSING};
use crate::base::cut::{VALUE, cut};
use crate::http::ParamPlace;
use learn::Learner;
pub use shape::{Layout, Wanted, layout, wanted};
use source::Base;
pub use source::Source;

/// Reads a type with a field for each name. Adds each bad value to `bad`, not only the first.
pub fn read_fields<T: DeserializeOwned>(source: &Source, place: ParamPlace, bad: &mut BadParams) -> Option<T> {
    let base = |name: &str| match wanted::<T>(name, |_| false) {
        Wanted::Members => Base::Members(Vec::new()),
        Wanted::Anything => Base::Unknown,
        _ => Base::Plain,
    };
    let groups = source.groups(base);
    let mut learner = Learner::new(groups, place);
    let mut hidden_names: Vec<String> = Vec::new();
    loop {
        let error = match learner.read(|run| T::deserialize(root::Root(run))) {
            Ok(value) if hidden_names.is_empty() => return Some(value),
            Ok(_) => return None,
            Err(error) => error,
        };
        let groups = &learner.groups;
        let name = groups.name_of(&error).unwrap_or_default().to_owned();
        // A required value that was bad is missing in the next reading: that is no second error.
        if hidden_names.contains(&name) {
            return None;
        }
        let value = groups.value_of(&error).map(|value| cut(&value, VALUE).into_owned());
        let group = error.group;
        let shown = place.wire_name(&name);
        bad.push(BadParam { place, name: shown, value, expected: None, detail: error.into_detail() });
        match group {
            Some(group) if learner.hide(group) && !bad.is_full() => {}
            Some(_) => {
                bad.and_more();
                return None;
            }
            None => return None,
        }
        hidden_names.push(name);
    }
}

/// Reads a type that is one value, not a struct. The error has a detail, and the value that it is about.
pub fn read_value<T: DeserializeOwned>(source: &Source, place: ParamPlace) -> Result<T, (Option<String>, String)> {
    let groups = source.groups(|_| Base::Plain);
    if groups.is_empty() {
        return T::deserialize(root::Nothing).map_err(|error| (None, error.into_detail()));
    }
    let mut learner = Learner::new(groups, place);
    learner.read(|run| T::deserialize(node::Node::group(run, 0))).map_err(|error| {
        let groups = &learner.groups;
        let value = groups.value_of(&error).or_else(|| groups.joined(0));
        (value.map(|value| cut(&value, VALUE).into_owned()), error.into_detail())
    })
}
