//! An input as superjson has written it.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::marks::{Kind, Marks};
use super::reader::Whole;
use crate::base::cut::{SENTENCE, cut};
use crate::decode::json as decode;
use crate::response::Problem;

/// An input, with what `meta` says of it.
pub struct Sent {
    pub json: Value,
    marks: Marks,
}

impl Sent {
    /// Reads the text.
    pub fn parse(text: &[u8]) -> Result<Self, Problem> {
        let Value::Object(mut members) = decode::parse::<Value>(text)? else { return Err(no_superjson()) };
        let json = members.swap_remove("json").ok_or_else(no_superjson)?;
        let marks = match members.get("meta") {
            Some(meta) => Marks::of(meta, &json).map_err(wrong_meta)?,
            None => Marks::default(),
        };
        Ok(Self { json, marks })
    }

    pub fn is_undefined(&self) -> bool {
        self.marks.kind == Some(Kind::Undefined)
    }

    /// The value as a type reads it. `repeated` is how much `referentialEqualities` may repeat, in bytes.
    pub fn read<T: DeserializeOwned>(&self, repeated: usize) -> Result<T, Problem> {
        let whole = Whole::new(&self.json, &self.marks, repeated);
        decode::read(whole.reader())
    }
}

fn no_superjson() -> Problem {
    Problem::bad_request(
        "the input is not what superjson writes, `{ json, meta }`: the link of the client needs `transformer: superjson`",
    )
}

#[allow(clippy::needless_pass_by_value, reason = "so that `map_err` takes it")]
fn wrong_meta(reason: String) -> Problem {
    Problem::bad_request(format!("the `meta` of superjson: {}", cut(&reason, SENTENCE)))
}

/// The text of an input with one more member, if it is an object or nothing.
pub fn with_member(text: &[u8], name: &str, value: &str) -> Option<Vec<u8>> {
    let mut whole: Value = serde_json::from_slice(text).ok()?;
    let is_marked = whole["meta"]["values"].is_array();
    match whole.get_mut("json")? {
        Value::Null => whole = json!({ "json": { name: value } }),
        Value::Object(members) if !is_marked => {
            members.insert(name.to_owned(), value.into());
        }
        _ => return None,
    }
    Some(whole.to_string().into_bytes())
}
