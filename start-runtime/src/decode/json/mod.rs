//! Decodes JSON (RFC 8259).
//!
//! What is JSON is decided by the grammar alone: a text that follows it and is not a `T` is a 422, whatever stopped the
//! reading: a number that is out of range, an unpaired surrogate, too many levels, an unknown variant.
//!
//! A body that fits is read once. Any other is read once more to find the place, and scanned once for its grammar,
//! without being held in memory a second time.

mod tracked;

use actix_web::http::header::{self, HeaderMap};
use serde::de::{Deserialize, DeserializeOwned, Deserializer, IgnoredAny};

use super::content::{check_encoding, wrong_content_type};
use crate::response::{Problem, json_problem, json_syntax_problem};

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

/// Decodes a body. Returns a 400 if it is not JSON, and a 422 if it is JSON but not a `T`. A byte order mark before it
/// is ignored (RFC 8259, section 8.1), as `Body.json()` of Fetch does.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let text = utf8(super::content::without_mark(body))?;
    // Almost every body takes this path; the place of an error is only looked up if there is one.
    if let Ok(value) = serde_json::from_str(text) {
        return match has_large_number(text).then(|| tracked::read::<T>(text, false)) {
            Some(Err(place)) => Err(json_problem(&place.error, &place.pointer)),
            _ => Ok(value),
        };
    }
    let place = match tracked::read(text, true) {
        Ok(value) => return Ok(value),
        Err(place) => place,
    };
    match serde_json::from_str::<IgnoredAny>(text) {
        // A malformed text is a 400, even if an invalid value comes before the malformed part.
        Err(broken) => Err(json_syntax_problem(&broken)),
        Ok(IgnoredAny) => Err(json_problem(&place.error, &place.pointer)),
    }
}

/// Reads a value that was parsed before. Returns a 422 if it is not a `T`.
#[allow(dead_code, reason = "capabilities read values that are more than JSON")]
pub fn read<'de, T: Deserialize<'de>>(value: impl Deserializer<'de, Error = serde_json::Error>) -> Result<T, Problem> {
    tracked::read_value(value, true).map_err(|place| json_problem(&place.error, &place.pointer))
}

/// Whether a text may have a number that is too large for a `f32`: one with an exponent, or with 39 digits.
fn has_large_number(text: &str) -> bool {
    const DIGITS: usize = 39;
    let bytes = text.as_bytes();
    let is_digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    let is_exponent =
        |index: usize| index > 0 && is_digit(index - 1) && (is_digit(index + 1) || bytes.get(index + 1) == Some(&b'+'));
    // So many digits in a row have one at a multiple of their number.
    let is_long = |index: usize| {
        let before = (0..index).rev().take(DIGITS).take_while(|index| is_digit(*index)).count();
        let after = (index..index + DIGITS).take_while(|index| is_digit(*index)).count();
        before + after >= DIGITS
    };
    memchr::memchr2_iter(b'e', b'E', bytes).any(is_exponent) || (0..bytes.len()).step_by(DIGITS).any(is_long)
}

/// Returns a 400 with the place of the first byte that is not UTF-8 (RFC 8259, section 8.1).
fn utf8(body: &[u8]) -> Result<&str, Problem> {
    std::str::from_utf8(body).map_err(|error| {
        let before = &body[..error.valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        let detail = format!("the body is not JSON: it is not UTF-8 at line {line} column {column}");
        Problem::bad_request(detail).with("line", line).with("column", column)
    })
}
