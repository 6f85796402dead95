//! The responses of one operation: that of the handler's value, those that its types document, and the problems that
//! Start itself may answer with.

use serde_json::{Map, Value, json};

use super::paths::PathOperation;
use crate::describe::{Answer, BodyKind, Declared, Operation, PROBLEM_TYPE, SecurityScheme, problem_reference};
use crate::http::ParamPlace;
use crate::kernel::{CrossSite, InPlace, SOCKET};
use crate::response::IntoStatus as _;

/// The Responses Object of an operation. `has_page` says whether a page with the same path may answer as well.
pub fn responses(place: &PathOperation, operation: &Operation<'_>, has_page: bool, in_place: &InPlace) -> Value {
    let mut responses = Map::new();
    let reads = matches!(place.method, "GET" | "HEAD");
    // A type that knows its version says so for all methods, and 304 answers these two alone.
    for (status, response) in operation.answers.iter().filter(|(status, _)| reads || **status != 304) {
        responses.insert(status.to_string(), response.clone());
    }
    success(&mut responses, place, operation, has_page);
    if matches!(operation.answer, Answer::File) {
        for (status, reason) in [
            (206, "A part of the file"),
            (304, KNOWN),
            (412, "It is not the file that If-Match or If-Unmodified-Since expect"),
            (416, "There is no such part"),
        ] {
            responses.entry(status.to_string()).or_insert_with(|| json!({ "description": reason }));
        }
    } else if in_place.etags && reads {
        etags(&mut responses);
    }
    for (status, declared) in &operation.declared {
        add_declared(&mut responses, *status, declared, operation);
    }
    for refusal in refusals(place, operation, has_page) {
        add_refusal(&mut responses, refusal, operation);
    }
    if is_guarded(place.method, operation.takes_session, &operation.schemes, &in_place.cross_site) {
        add_refusal(&mut responses, Refusal::CrossSite, operation);
    }
    responses.sort_keys();
    responses.insert("default".to_owned(), default(operation));
    responses.into()
}

/// Why there is a 304.
const KNOWN: &str = "The client has it already";

/// What the server adds to a 200: its ETag, and a 304 for a client that has it.
pub fn etags(responses: &mut Map<String, Value>) {
    let header = json!({ "description": "For If-None-Match", "schema": { "type": "string" } });
    let mut is_answered = false;
    for status in ["200", "2XX"] {
        let Some(response) = responses.get_mut(status) else { continue };
        if response["headers"]["ETag"].is_null() {
            response["headers"]["ETag"] = header.clone();
        }
        is_answered = true;
    }
    if is_answered {
        responses.entry("304").or_insert_with(|| json!({ "description": KNOWN, "headers": { "ETag": header } }));
    }
}

/// Whether the handler chooses the status of what it returns.
fn any_status(operation: &Operation<'_>) -> bool {
    operation.any_status || (matches!(operation.answer, Answer::Anything) && operation.fails_with_anything)
}

/// Adds the response of a handler that succeeds.
fn success(responses: &mut Map<String, Value>, place: &PathOperation, operation: &Operation<'_>, has_page: bool) {
    let reads = matches!(place.method, "GET" | "HEAD");
    let mut content = content(&operation.answer);
    if has_page && reads && (operation.may_be_missing || operation.may_be_empty) {
        content["text/html"] = json!({ "schema": { "type": "string" } });
    }
    let own = operation.answers.keys().copied().find(|status| (200..300).contains(status));
    let declared = || operation.declared.keys().copied().filter(|status| (200..300).contains(status));
    let statuses: Vec<u16> = match (place.route.status, &operation.answer) {
        _ if place.method == SOCKET => return,
        (Some(status), _) => vec![status],
        (None, Answer::Anything) if operation.answer_is_documented => return,
        (None, _) if any_status(operation) => declared().collect(),
        (None, Answer::Nothing) if reads && !has_page => return,
        (None, Answer::Nothing) if !reads => vec![204],
        (None, _) => vec![own.unwrap_or(200)],
    };
    if statuses.is_empty() {
        let chosen = json!({ "description": "The status is chosen by the handler" });
        add_content(responses.entry("2XX").or_insert(chosen), &content);
    }
    for status in statuses {
        let reason = status.into_status().ok().and_then(|status| status.canonical_reason()).unwrap_or("Success");
        let response = responses.entry(status.to_string()).or_insert_with(|| json!({ "description": reason }));
        add_content(response, &content);
        if matches!(operation.answer, Answer::File) {
            response["description"] = "The file".into();
        }
    }
}

/// The content of a value by its content type; an empty object if it has none, or if nothing is known about it.
fn content(answer: &Answer) -> Value {
    let (content_type, schema) = match answer {
        Answer::Json(schema) => ("application/json", schema.clone()),
        Answer::Text => ("text/plain", json!({ "type": "string" })),
        Answer::Bytes => ("application/octet-stream", json!({ "type": "string", "format": "binary" })),
        Answer::File => ("*/*", json!({ "type": "string", "format": "binary" })),
        Answer::Anything | Answer::Nothing => return json!({}),
    };
    json!({ content_type: { "schema": schema } })
}

/// Adds the content types that a response does not have yet.
fn add_content(response: &mut Value, content: &Value) {
    for (content_type, media) in content.as_object().into_iter().flatten() {
        let known = response.get("content").and_then(|content| content.get(content_type)).is_some();
        if !known {
            response["content"][content_type] = media.clone();
        }
    }
}

/// Adds what the attribute says of a status. Its text replaces others. What no type is named for is a problem if it is
/// an error, unless the handler answers errors with responses of its own, and empty if it is none.
fn add_declared(responses: &mut Map<String, Value>, status: u16, declared: &Declared, operation: &Operation<'_>) {
    let response = responses.entry(status.to_string()).or_insert_with(|| json!({}));
    response["description"] = declared.description.as_str().into();
    let has_content = response.get("content").is_some();
    match &declared.content {
        Some(content) => add_content(response, content),
        None if status >= 400 && !operation.fails_with_anything && !has_content => {
            add_content(response, &json!({ PROBLEM_TYPE: { "schema": problem_reference() } }));
        }
        None => {}
    }
    if let Some(headers) = &declared.headers {
        response["headers"] = headers.clone();
    }
}

/// The response for every status that is not listed.
fn default(operation: &Operation<'_>) -> Value {
    let own_failure = operation.failure.is_some() || operation.guard_answers_anything;
    if !any_status(operation) && !own_failure && !operation.fails_with_anything {
        return Refusal::Other.reference();
    }
    let mut response = json!({ "description": "Another answer of the handler, or a problem" });
    // What a handler answers with a response of its own can have any content.
    if !operation.fails_with_anything && !operation.guard_answers_anything {
        let chosen = operation.any_status.then_some(&operation.answer);
        for answer in chosen.into_iter().chain(&operation.failure) {
            add_content(&mut response, &content(answer));
        }
        add_content(&mut response, &json!({ PROBLEM_TYPE: { "schema": problem_reference() } }));
    }
    response
}

/// A problem that can come before the handler's response, or in its place. All routes share its text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Refusal {
    Params,
    Json,
    ParamsOrJson,
    Multipart,
    ParamsOrMultipart,
    CrossSite,
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
    pub const ALL: [Self; 14] = [
        Self::Params,
        Self::Json,
        Self::ParamsOrJson,
        Self::Multipart,
        Self::ParamsOrMultipart,
        Self::CrossSite,
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
            Self::CrossSite => ("CrossSite", Some(403), "A page of another site has made the request"),
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
    pub fn reference(self) -> Value {
        json!({ "$ref": format!("#/components/responses/{}", self.parts().0) })
    }
}

/// Whether a request that a page of another site has made is refused.
pub fn is_guarded(method: &str, takes_session: bool, schemes: &[SecurityScheme], cross_site: &CrossSite) -> bool {
    let named = |cookie: &str| cross_site.cookies.iter().any(|known| known == cookie);
    let mut cookies = schemes.iter().filter_map(SecurityScheme::cookie_name);
    !matches!(method, "GET" | "HEAD" | "OPTIONS") && ((takes_session && cross_site.sessions) || cookies.any(named))
}

/// The refusals of a route.
fn refusals(place: &PathOperation, operation: &Operation<'_>, has_page: bool) -> Vec<Refusal> {
    let reads = matches!(place.method, "GET" | "HEAD");
    let has_params = !place.params.is_empty()
        || operation.params.iter().any(|param| param.place != ParamPlace::Path && param.is_refused);
    let body = operation.bodies.iter().find(|body| body.is_refused).map(|body| body.kind);
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

/// What the handler, or a function that it takes, may answer with any status, by its content type.
fn own_contents(operation: &Operation<'_>) -> Map<String, Value> {
    let mut all = json!({});
    if operation.fails_with_anything || operation.guard_answers_anything {
        all["*/*"] = json!({ "schema": {} });
    }
    let chosen = operation.any_status.then_some(&operation.answer);
    for answer in chosen.into_iter().chain(&operation.failure) {
        if let (Value::Object(all), Value::Object(more)) = (&mut all, content(answer)) {
            all.extend(more);
        }
    }
    match all {
        Value::Object(all) => all,
        _ => Map::new(),
    }
}

/// Adds a refusal to the response that a type documents for the same status, if there is one. The handler may have
/// answers of its own with this status.
fn add_refusal(responses: &mut Map<String, Value>, refusal: Refusal, operation: &Operation<'_>) {
    let (_, Some(status), description) = refusal.parts() else { return };
    let Some(known) = responses.get_mut(&status.to_string()) else {
        let own = own_contents(operation);
        let response = match own.is_empty() {
            true => refusal.reference(),
            false => {
                let text = format!("{description}, or another answer of the handler");
                let mut response = json!({ "description": text, "content": own });
                response["content"][PROBLEM_TYPE] = json!({ "schema": problem_reference() });
                response
            }
        };
        responses.insert(status.to_string(), response);
        return;
    };
    let is_known = known.get("content").and_then(|content| content.get(PROBLEM_TYPE)).is_some();
    if !is_known {
        known["content"][PROBLEM_TYPE] = json!({ "schema": problem_reference() });
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
        "content": { PROBLEM_TYPE: { "schema": problem_reference() } },
    })
}
