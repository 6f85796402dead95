//! Turns an error in a JSON text into a problem.

use serde_json::error::Category;
use serde_json::json;

use super::Problem;
use super::pointer::{escape_pointer, fragment};
use crate::base::cut::{SENTENCE, cut};

/// The problem for JSON that is not of the expected type, at this place (a JSON pointer): a 422.
pub fn json_problem(error: &serde_json::Error, pointer: &str) -> Problem {
    let detail = match error.classify() {
        Category::Data => without_list(message(error)),
        _ => misfit(&message(error)).to_owned(),
    };
    // serde names these fields before it reads them.
    let field = ["missing field `", "duplicate field `"].iter().find_map(|start| detail.strip_prefix(start));
    let field = field.and_then(|rest| rest.split('`').next());
    let pointer = field.map_or_else(|| pointer.to_owned(), |field| format!("{pointer}/{}", escape_pointer(field)));
    let errors = json!([{ "pointer": fragment(&pointer), "detail": detail }]);
    let sentence = match pointer.as_str() {
        pointer if detail.starts_with("missing field") => format!("`{pointer}` is missing"),
        "" => format!("the body: {detail}"),
        pointer => format!("`{pointer}`: {detail}"),
    };
    Problem::unprocessable(sentence).with("errors", errors)
}

/// The problem for a text that is not JSON: a 400 with line and column.
pub fn json_syntax_problem(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let detail = format!("the body is not JSON: {} at line {line} column {column}", message(error));
    Problem::bad_request(detail).with("line", line).with("column", column)
}

/// The problem for an error whose text is gone. Some messages of serde_json mean a text that is JSON by its grammar
/// (RFC 8259).
pub fn json_error_problem(error: &serde_json::Error) -> Problem {
    const JSON: [&str; 5] = [
        "number out of range",
        "recursion limit exceeded",
        "lone leading surrogate in hex escape",
        "unexpected end of hex escape",
        "invalid value: expected key to be a number in quotes",
    ];
    match error.classify() {
        Category::Data => json_problem(error, ""),
        _ if JSON.contains(&message(error).as_str()) => json_problem(error, ""),
        _ => json_syntax_problem(error),
    }
}

/// serde takes a list for a struct, field by field, and speaks of its length: what is missing is an object.
fn without_list(message: String) -> String {
    match message.strip_prefix("invalid length ").and_then(|rest| rest.split_once(", expected struct ")) {
        Some((_, name)) => format!(
            "invalid type: list, expected an object with the fields of {}",
            name.split(' ').next().unwrap_or(name)
        ),
        None => message,
    }
}

/// What serde_json says, without the place.
fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    cut(text.strip_suffix(&place).unwrap_or(&text), SENTENCE).into_owned()
}

/// What is wrong with JSON that follows the grammar, where serde_json speaks of the grammar.
fn misfit(message: &str) -> &str {
    match message {
        "expected value" | "key must be a string" => {
            "expected a variant: its name as a string, or an object whose only member has its name"
        }
        "trailing characters" | "trailing comma" => "has more elements than expected",
        "lone leading surrogate in hex escape" | "unexpected end of hex escape" | "invalid unicode code point" => {
            "the text has half of a surrogate pair, which stands for no character"
        }
        "recursion limit exceeded" => "is nested too deeply: 127 levels are read",
        "invalid value: expected key to be a number in quotes" | "invalid number" => "the key is no number",
        other => other,
    }
}
