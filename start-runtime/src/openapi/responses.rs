//! What one operation may be answered with: the handler's value, what its types document, and the problems that
//! Start answers with on the way to it.

use serde_json::{Map, Value, json};

use super::describe::{Answer, BodyKind};
use super::operation::Operation;
use super::paths::Place;
use crate::extract::ParamPlace;
use crate::response::IntoStatus as _;
use crate::route::Route;

/// Where references to the problem point to until its name is known.
pub const PROBLEM: &str = "#/problem";

pub fn problem_reference() -> Value {
    json!({ "$ref": PROBLEM })
}

/// The types of a route that should have a schema and have none.
pub fn undocumented(route: &Route) -> Vec<&'static str> {
    let mut schemas = super::schemas::Schemas::new();
    let mut operation = Operation::new(Some(&mut schemas));
    (route.describe)(&mut operation);
    let mut types = operation.undocumented;
    types.sort_unstable();
    types.dedup();
    types
}

/// The Responses Object of an operation. `has_page` tells whether a page of the same path may answer, too.
pub fn responses(place: &Place, operation: &Operation<'_>, has_page: bool) -> Value {
    let mut responses = Map::new();
    for (status, response) in &operation.answers {
        responses.insert(status.to_string(), response.clone());
    }
    success(&mut responses, place, operation, has_page);
    if matches!(operation.answer, Answer::File) {
        for (status, reason) in
            [(206, "A part of the file"), (304, "The client has it already"), (416, "There is no such part")]
        {
            responses.entry(status.to_string()).or_insert_with(|| json!({ "description": reason }));
        }
    }
    for (status, description) in problems(place, operation, has_page) {
        add_problem(&mut responses, status, &description);
    }
    responses.sort_keys();
    let default = if operation.fails_with_anything {
        json!({ "description": "Another answer of the handler, or a problem" })
    } else {
        problem("Any other problem")
    };
    responses.insert("default".to_owned(), default);
    responses.into()
}

/// The answer when all goes well.
fn success(responses: &mut Map<String, Value>, place: &Place, operation: &Operation<'_>, has_page: bool) {
    let reads = matches!(place.method, "GET" | "HEAD");
    let own = operation.answers.keys().find(|status| (200..400).contains(*status));
    let status = match (place.route.status, &operation.answer) {
        (Some(status), _) => status,
        // The type says which.
        (None, Answer::Anything) if own.is_some() => return,
        (None, Answer::Nothing) if reads && !has_page => return,
        (None, Answer::Nothing) if !reads => 204,
        (None, _) => own.copied().unwrap_or(200),
    };
    let (key, reason) = if operation.any_status {
        ("2XX".to_owned(), "The status is chosen by the handler".to_owned())
    } else {
        let reason = status.into_status().ok().and_then(|status| status.canonical_reason());
        (status.to_string(), reason.unwrap_or("Success").to_owned())
    };
    let response = responses.entry(key).or_insert_with(|| json!({ "description": reason }));
    let content = match &operation.answer {
        Answer::Json(schema) => Some(("application/json", schema.clone())),
        Answer::Text => Some(("text/plain", json!({ "type": "string" }))),
        Answer::Bytes => Some(("application/octet-stream", json!({ "type": "string", "format": "binary" }))),
        Answer::File => Some(("*/*", json!({ "type": "string", "format": "binary" }))),
        Answer::Anything | Answer::Nothing => None,
    };
    if matches!(operation.answer, Answer::File) {
        response["description"] = "The file".into();
    }
    let may_be_page = has_page && reads && (operation.may_be_missing || operation.may_be_empty);
    let page = may_be_page.then(|| ("text/html", json!({ "type": "string" })));
    for (content_type, schema) in content.into_iter().chain(page) {
        let known = response.get("content").and_then(|content| content.get(content_type)).is_some();
        if !known {
            response["content"][content_type] = json!({ "schema": schema });
        }
    }
}

/// The problems that can come before the handler, or in its place.
fn problems(place: &Place, operation: &Operation<'_>, has_page: bool) -> Vec<(u16, String)> {
    let mut problems = Vec::new();
    let reads = matches!(place.method, "GET" | "HEAD");
    let has_params = !place.params.is_empty() || operation.params.iter().any(|param| param.place != ParamPlace::Path);
    let body = operation.body.as_ref().map(|body| body.kind);
    let malformed = [
        has_params.then_some("a param is missing or malformed"),
        (body == Some(BodyKind::Json)).then_some("the body is not JSON"),
        (body == Some(BodyKind::Multipart)).then_some("the body is not multipart"),
    ];
    let malformed: Vec<&str> = malformed.into_iter().flatten().collect();
    if !malformed.is_empty() {
        problems.push((400, sentence(&malformed.join(", or "))));
    }
    let nothing = operation.may_be_missing || (reads && operation.may_be_empty);
    if nothing && !has_page {
        problems.push((404, "There is no such thing".to_owned()));
    }
    if let Some(kind) = body {
        problems.push((413, "The body is too large".to_owned()));
        if kind.is_typed() {
            problems.push((415, format!("The body is not sent as `{}`", kind.content_type())));
        }
    }
    if body.is_some_and(BodyKind::is_typed) {
        problems.push((422, "The body does not fit the schema".to_owned()));
    } else if operation.is_constrained {
        problems.push((422, "A param breaks a rule of the schema".to_owned()));
    }
    problems
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Adds a problem beside what a type has documented for the same status.
fn add_problem(responses: &mut Map<String, Value>, status: u16, description: &str) {
    let Some(known) = responses.get_mut(&status.to_string()) else {
        responses.insert(status.to_string(), problem(description));
        return;
    };
    let is_known = known.get("content").and_then(|content| content.get("application/problem+json")).is_some();
    if !is_known {
        known["content"]["application/problem+json"] = json!({ "schema": problem_reference() });
        if let Some(text) = known["description"].as_str() {
            known["description"] = format!("{text}. {description}").into();
        }
    }
}

pub fn problem(description: &str) -> Value {
    json!({
        "description": description,
        "content": { "application/problem+json": { "schema": problem_reference() } },
    })
}

/// RFC 9457, section 3.1, with the members that Start adds.
pub fn problem_schema() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    json!({
        "type": "object",
        "description": "What went wrong, as Problem Details (RFC 9457).",
        "properties": {
            "type": { "type": "string", "format": "uri-reference", "description": "Names the kind of problem; `about:blank` if the status says it all." },
            "title": text("The kind of problem in a few words."),
            "status": { "type": "integer", "minimum": 100, "maximum": 999, "description": "The HTTP status." },
            "detail": text("What is wrong with this one request."),
            "instance": { "type": "string", "format": "uri-reference", "description": "Names this one occurrence." },
            "errors": {
                "type": "array",
                "description": "Each thing that is wrong with the request.",
                "items": {
                    "type": "object",
                    "properties": {
                        "detail": text("What is wrong."),
                        "pointer": text("Where in the body, as a JSON pointer (RFC 6901)."),
                        "in": text("Where else: path, query, header, cookie, form."),
                        "name": text("The name of the param or the field."),
                        "value": text("What was sent."),
                        "expected": text("The type that is expected."),
                    },
                    "required": ["detail"],
                },
            },
            "requestId": text("The name of the request in the server's log, for problems of the server itself."),
        },
        "required": ["type", "title", "status"],
        "additionalProperties": true,
    })
}
