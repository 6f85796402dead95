//! Decodes JSON (RFC 8259).

use actix_web::http::header::{self, HeaderMap};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use super::content::{check_encoding, wrong_content_type};
use crate::response::{Problem, escape_pointer, json_problem};

/// Returns a 415 unless the content type is `application/json` or ends with `+json`.
pub fn check_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    check_encoding(headers)?;
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence == "application/json" || essence.ends_with("+json") {
        Ok(())
    } else {
        Err(wrong_content_type(value, "application/json"))
    }
}

/// Decodes a body. Returns a 400 if it is not JSON, and a 422 if it is JSON but not a `T`.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // Almost every body takes this path; the place of an error is only looked up if there is one.
    if let Ok(value) = serde_json::from_slice(body) {
        return Ok(value);
    }
    if let Some(value) = with_integers(body) {
        return Ok(value);
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let error = match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        Ok(value) => match deserializer.end() {
            Ok(()) => return Ok(value),
            Err(error) => return Err(json_problem(&error, "")),
        },
        Err(error) => error,
    };
    // A malformed text is a 400, even if an invalid value comes before the malformed part.
    if let Err(broken) = serde_json::from_slice::<IgnoredAny>(body) {
        return Err(json_problem(&broken, ""));
    }
    let pointer = pointer(error.path());
    Err(json_problem(error.inner(), &pointer))
}

/// Accepts `3.0` for an integer: JSON Schema (2020-12 validation, section 6.1.1) counts it as one, and some clients
/// send it.
fn with_integers<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    let mut value: Value = serde_json::from_slice(body).ok()?;
    make_integers(&mut value).then(|| T::deserialize(value).ok())?
}

/// Turns numbers without a fraction into integers, as far as a double is exact. Returns whether there were any.
fn make_integers(value: &mut Value) -> bool {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) if number.is_f64() => {
            let Some(double) = number.as_f64().filter(|double| double.fract() == 0.0 && double.abs() <= EXACT) else {
                return false;
            };
            #[allow(clippy::cast_possible_truncation, reason = "checked above")]
            let integer = double as i64;
            *number = integer.into();
            true
        }
        // Every element must be converted: do not stop at the first.
        Value::Array(items) => items.iter_mut().fold(false, |any, item| make_integers(item) | any),
        Value::Object(members) => members.values_mut().fold(false, |any, member| make_integers(member) | any),
        _ => false,
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let step = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", escape_pointer(key)),
        Segment::Enum { variant } => format!("/{}", escape_pointer(variant)),
        Segment::Unknown => String::new(),
    };
    path.iter().map(step).collect()
}
