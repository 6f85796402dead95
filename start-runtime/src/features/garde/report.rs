//! Turns garde's reports into problems that name the fields as the client knows them.

use garde::{Report, Validate};
use serde_json::{Value, json};

use super::sent::{SentNames, bare};
use crate::base::cut::{SENTENCE, cut};
use crate::decode::{BadParam, BadParams};
use crate::http::ParamPlace;
use crate::response::{Problem, escape_pointer, fragment};

/// Checks a value by its `#[garde(…)]` attributes. This is for values that no extractor has read.
///
/// ```
/// use garde::Validate;
///
/// #[derive(Validate)]
/// struct Spell {
///     #[garde(length(chars, min = 1))]
///     name: String,
/// }
///
/// let problem = start_runtime::validate(&Spell { name: String::new() }).unwrap_err();
/// assert_eq!(problem.status().as_u16(), 422);
/// ```
///
/// # Errors
/// Returns a 422 with a JSON pointer (RFC 6901) for each field that breaks a rule.
pub fn validate<T: Validate<Context: Default>>(value: &T) -> Result<(), Problem> {
    value.validate().map_err(|report| body_problem(&report, None))
}

/// A 422 with the name of each parameter that breaks a rule. A value without fields has the name of the handler's
/// argument, `argument`.
pub fn params_problem(report: &Report, place: ParamPlace, argument: &str, sent: &SentNames) -> Problem {
    let mut bad = BadParams::new();
    for (path, error) in report.iter() {
        let field = path.to_string();
        let name = if field.is_empty() { argument.to_owned() } else { sent.name_of(&field, place) };
        bad.push(BadParam { place, name, value: None, expected: None, detail: detail(error) });
    }
    bad.into_problem().with_status(422)
}

/// What is wrong with a value, in plain words.
fn detail(error: &garde::Error) -> String {
    match error.message() {
        "length is lower than 1" => "must not be empty".to_owned(),
        message => cut(message, SENTENCE).into_owned(),
    }
}

/// A 422 with a JSON pointer for each broken rule.
pub fn body_problem(report: &Report, body: Option<&Value>) -> Problem {
    /// How many broken rules are reported: no request makes an answer large.
    const MOST: usize = 20;
    let mut sentences = Vec::new();
    let mut errors = Vec::new();
    for (path, error) in report.iter().take(MOST) {
        let pointer = pointer(&path.to_string(), body);
        let detail = detail(error);
        sentences.push(match pointer.as_str() {
            "" => format!("the body: {detail}"),
            pointer => format!("`{pointer}`: {detail}"),
        });
        errors.push(json!({ "pointer": fragment(&pointer), "detail": detail }));
    }
    let more = report.iter().count().saturating_sub(MOST);
    if more > 0 {
        sentences.push(format!("and {more} more"));
    }
    Problem::unprocessable(sentences.join("; ")).with("errors", errors)
}

/// The JSON pointer for garde's path (`address.lines[2]`). garde knows fields by their names in Rust, the client by the
/// names that serde uses. The body that was sent shows which name that is.
fn pointer(path: &str, mut body: Option<&Value>) -> String {
    let mut pointer = String::new();
    let steps = path.split(['.', '[']).map(|step| step.trim_end_matches(']')).filter(|step| !step.is_empty());
    for step in steps {
        let at = body;
        if let Some(Value::Array(items)) = at {
            body = step.parse::<usize>().ok().and_then(|index| items.get(index));
            pointer = format!("{pointer}/{step}");
            continue;
        }
        let member = at.and_then(Value::as_object).and_then(|members| {
            let exact = members.get_key_value(step);
            exact.or_else(|| members.iter().find(|(name, _)| bare(name) == bare(step)))
        });
        match member {
            Some((name, value)) => {
                pointer = format!("{pointer}/{}", escape_pointer(name));
                body = Some(value);
            }
            // A flattened field is not a step of the pointer: its fields are on the same level.
            None if at.is_some_and(Value::is_object) && path.rsplit(['.', '[']).next() != Some(step) => {}
            None => {
                pointer = format!("{pointer}/{}", escape_pointer(step));
                body = None;
            }
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::pointer;
    use serde_json::json;

    #[test]
    fn pointers_are_in_the_words_of_the_body() {
        let body = json!({ "firstName": "", "lines": [{ "a/b": 1 }], "zip": 1 });
        let cases = [
            ("first_name", "/firstName"),
            ("lines[0].a/b", "/lines/0/a~1b"),
            ("address.zip", "/zip"),
            ("missing", "/missing"),
            ("", ""),
        ];
        for (path, expected) in cases {
            assert_eq!(pointer(path, Some(&body)), expected, "{path}");
        }
        assert_eq!(pointer("first_name", None), "/first_name");
    }
}
