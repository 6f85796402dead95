//! The responses of one operation: that of the handler's value, those that its types document, and the problems that
//! Start itself may answer with.

use serde_json::{Map, Value, json};

use super::paths::PathOperation;
use crate::describe::{Answer, BodyKind, Operation, problem_reference};
use crate::http::ParamPlace;
use crate::response::IntoStatus as _;

/// The Responses Object of an operation. `has_page` says whether a page with the same path may answer as well.
pub fn responses(place: &PathOperation, operation: &Operation<'_>, has_page: bool) -> Value {
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
    for refusal in refusals(place, operation, has_page) {
        add_refusal(&mut responses, refusal);
    }
    responses.sort_keys();
    let default = if operation.fails_with_anything {
        json!({ "description": "Another answer of the handler, or a problem" })
    } else {
        Refusal::Other.reference()
    };
    responses.insert("default".to_owned(), default);
    responses.into()
}

/// Adds the response of a handler that succeeds.
fn success(responses: &mut Map<String, Value>, place: &PathOperation, operation: &Operation<'_>, has_page: bool) {
    let reads = matches!(place.method, "GET" | "HEAD");
    let own = operation.answers.keys().find(|status| (200..400).contains(*status));
    let status = match (place.route.status, &operation.answer) {
        (Some(status), _) => status,
        // The type documents the status itself.
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

/// A problem that can come before the handler's response, or in its place. All routes share its text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Refusal {
    Params,
    Json,
    ParamsOrJson,
    Multipart,
    ParamsOrMultipart,
    NotFound,
    TooLarge,
    NotJson,
    NotForm,
    NotMultipart,
    Unprocessable,
    UnprocessableParams,
    Other,
}

impl Refusal {
    pub const ALL: [Self; 13] = [
        Self::Params,
        Self::Json,
        Self::ParamsOrJson,
        Self::Multipart,
        Self::ParamsOrMultipart,
        Self::NotFound,
        Self::TooLarge,
        Self::NotJson,
        Self::NotForm,
        Self::NotMultipart,
        Self::Unprocessable,
        Self::UnprocessableParams,
        Self::Other,
    ];

    /// Returns its name among the components, its status (`None` for the default response), and its text.
    pub fn parts(self) -> (&'static str, Option<u16>, &'static str) {
        match self {
            Self::Params => ("BadParams", Some(400), "A param is missing or malformed"),
            Self::Json => ("BadJson", Some(400), "The body is not JSON"),
            Self::ParamsOrJson => {
                ("BadParamsOrJson", Some(400), "A param is missing or malformed, or the body is not JSON")
            }
            Self::Multipart => ("BadMultipart", Some(400), "The body is not a multipart form"),
            Self::ParamsOrMultipart => (
                "BadParamsOrMultipart",
                Some(400),
                "A param is missing or malformed, or the body is not a multipart form",
            ),
            Self::NotFound => ("NotFound", Some(404), "There is no such thing"),
            Self::TooLarge => ("BodyTooLarge", Some(413), "The body is too large"),
            Self::NotJson => ("NotJson", Some(415), "The body is not sent as `application/json`"),
            Self::NotForm => ("NotForm", Some(415), "The body is not sent as `application/x-www-form-urlencoded`"),
            Self::NotMultipart => ("NotMultipart", Some(415), "The body is not sent as `multipart/form-data`"),
            Self::Unprocessable => ("Unprocessable", Some(422), "The body does not fit the schema"),
            Self::UnprocessableParams => ("UnprocessableParams", Some(422), "A param breaks a rule of its schema"),
            Self::Other => ("Problem", None, "Any other problem"),
        }
    }

    /// A reference to the Response Object among the components.
    fn reference(self) -> Value {
        json!({ "$ref": format!("#/components/responses/{}", self.parts().0) })
    }
}

/// The refusals of a route.
fn refusals(place: &PathOperation, operation: &Operation<'_>, has_page: bool) -> Vec<Refusal> {
    let reads = matches!(place.method, "GET" | "HEAD");
    let has_params = !place.params.is_empty() || operation.params.iter().any(|param| param.place != ParamPlace::Path);
    let body = operation.body.as_ref().map(|body| body.kind);
    let malformed = match (body, has_params) {
        (Some(BodyKind::Json), true) => Some(Refusal::ParamsOrJson),
        (Some(BodyKind::Json), false) => Some(Refusal::Json),
        (Some(BodyKind::Multipart), true) => Some(Refusal::ParamsOrMultipart),
        (Some(BodyKind::Multipart), false) => Some(Refusal::Multipart),
        (_, true) => Some(Refusal::Params),
        (_, false) => None,
    };
    let nothing = operation.may_be_missing || (reads && operation.may_be_empty);
    let missing = (nothing && !has_page).then_some(Refusal::NotFound);
    let too_large = body.map(|_| Refusal::TooLarge);
    let wrong_type = body.and_then(|kind| match kind {
        BodyKind::Json => Some(Refusal::NotJson),
        BodyKind::Form => Some(Refusal::NotForm),
        BodyKind::Multipart => Some(Refusal::NotMultipart),
        BodyKind::Text | BodyKind::Bytes => None,
    });
    let unprocessable = match body {
        Some(kind) if kind.is_typed() => Some(Refusal::Unprocessable),
        _ => operation.is_constrained.then_some(Refusal::UnprocessableParams),
    };
    [malformed, missing, too_large, wrong_type, unprocessable].into_iter().flatten().collect()
}

/// Adds a refusal to the response that a type documents for the same status, if there is one.
fn add_refusal(responses: &mut Map<String, Value>, refusal: Refusal) {
    let (_, Some(status), description) = refusal.parts() else { return };
    let Some(known) = responses.get_mut(&status.to_string()) else {
        responses.insert(status.to_string(), refusal.reference());
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

/// The components that the document refers to, in the order of their names.
pub fn components(document: &Value) -> Map<String, Value> {
    let mut used = Vec::new();
    for operation in document["paths"].as_object().into_iter().flat_map(|paths| paths.values()) {
        used.extend(references(operation));
    }
    used.extend(references(&document["x-start-routes"]));
    let used = |name: &str| used.iter().any(|reference| *reference == format!("#/components/responses/{name}"));
    let parts = Refusal::ALL.map(Refusal::parts).into_iter().filter(|(name, ..)| used(name));
    let mut components: Map<String, Value> =
        parts.map(|(name, _, description)| (name.to_owned(), problem(description))).collect();
    components.sort_keys();
    components
}

fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

fn problem(description: &str) -> Value {
    json!({
        "description": description,
        "content": { "application/problem+json": { "schema": problem_reference() } },
    })
}
