//! Turns an error in a JSON text into a problem.

use serde_json::error::Category;
use serde_json::json;

use super::Problem;

/// The problem for an error of serde_json at this place (a JSON pointer) in the document.
pub fn json_problem(error: &serde_json::Error, pointer: &str) -> Problem {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let detail = text.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&text).to_owned();
    match error.classify() {
        Category::Data => {
            let field = detail.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
            let missing = field.is_some();
            let pointer =
                field.map_or_else(|| pointer.to_owned(), |field| format!("{pointer}/{}", escape_pointer(field)));
            let errors = json!([{ "pointer": format!("#{pointer}"), "detail": detail }]);
            let sentence = match (missing, pointer.as_str()) {
                (true, pointer) => format!("`{pointer}` is missing"),
                (false, "") => format!("the body: {detail}"),
                (false, pointer) => format!("`{pointer}`: {detail}"),
            };
            Problem::unprocessable(sentence).with("errors", errors)
        }
        Category::Syntax | Category::Eof | Category::Io => {
            let problem =
                Problem::bad_request(format!("the body is not JSON: {detail} at line {line} column {column}"));
            problem.with("line", line).with("column", column)
        }
    }
}

/// Escapes a key as a step of a JSON pointer (RFC 6901, section 3).
pub fn escape_pointer(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
