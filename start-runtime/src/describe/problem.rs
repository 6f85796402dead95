//! The schema of a problem (RFC 9457), and references to it.

use serde_json::{Value, json};

/// The target of references to the problem until its name is known.
pub const PROBLEM: &str = "#/problem";

/// The content type of a problem, until the program declares another one.
pub const PROBLEM_TYPE: &str = "application/problem+json";

pub fn problem_reference() -> Value {
    json!({ "$ref": PROBLEM })
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
