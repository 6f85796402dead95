//! Operations that capabilities list: made of the same words as those of routes, and answered by the same server.

use serde_json::{Value, json};

use super::assemble::{head, param};
use super::info;
use super::operation_id::id;
use super::responses::{Refusal, etags, is_guarded};
use crate::describe::{Operation, PROBLEM_TYPE, Schemas, problem_reference};
use crate::http::ParamPlace;
use crate::kernel::{Declaration, InPlace, ListedOperation, Table};

/// What a capability says of an operation.
pub struct ListedParts {
    pub method: &'static str,
    /// The path with its parameters in braces.
    pub path: String,
    pub tag: String,
    /// The operation where it has no doc comment, in one line.
    pub label: String,
    /// Parameter Objects, before those that the types of the function add.
    pub params: Vec<Value>,
    pub request_body: Option<Value>,
    /// The Responses Object.
    pub responses: Value,
    /// Members whose names begin with `x-`.
    pub extensions: Vec<(&'static str, Value)>,
}

/// An operation of this function, whose types have described themselves in `operation`.
pub fn list_operation(declaration: &Declaration, operation: &Operation<'_>, parts: ListedParts) -> ListedOperation {
    let ListedParts { method, path, tag, label, mut params, request_body, responses, extensions } = parts;
    let mut object = head(declaration, label, (&id(method, &path, None), &tag));
    let own = operation.params.iter().filter(|param| param.place != ParamPlace::Path);
    params.extend(own.map(param));
    if !params.is_empty() {
        object.insert("parameters".into(), params.into());
    }
    if let Some(body) = request_body {
        object.insert("requestBody".into(), body);
    }
    object.insert("responses".into(), responses);
    let security = info::security(&[], operation);
    if !security.is_empty() {
        object.insert("security".into(), security.into());
    }
    object.extend(operation.extensions.clone());
    object.extend(extensions.into_iter().map(|(name, value)| (name.to_owned(), value)));
    ListedOperation {
        method,
        path,
        tag,
        place: declaration.place(),
        object,
        schemes: operation.schemes.clone(),
        named_schemes: operation.named_schemes.clone(),
        takes_session: operation.takes_session,
    }
}

/// All listed operations, with what the server answers in place of them.
pub fn listed(table: &Table, schemas: &mut Schemas) -> Vec<ListedOperation> {
    let mut all: Vec<ListedOperation> = table.operations.iter().flat_map(|list| list(schemas)).collect();
    all.iter_mut().for_each(|listed| answered_in_place(listed, &table.in_place));
    all
}

fn answered_in_place(listed: &mut ListedOperation, in_place: &InPlace) {
    let ListedOperation { method, object, schemes, takes_session, .. } = listed;
    let Some(responses) = object.get_mut("responses").and_then(Value::as_object_mut) else { return };
    let is_value = responses.get("200").is_some_and(|answer| !answer["content"]["application/json"].is_null());
    if in_place.etags && *method == "GET" && is_value {
        etags(responses);
    }
    if is_guarded(method, *takes_session, schemes, &in_place.cross_site) {
        match responses.get_mut("403") {
            Some(known) => known["content"][PROBLEM_TYPE] = json!({ "schema": problem_reference() }),
            None => {
                responses.insert("403".to_owned(), Refusal::CrossSite.reference());
            }
        }
    }
    // The default comes last.
    if let Some(default) = responses.shift_remove("default") {
        responses.sort_keys();
        responses.insert("default".to_owned(), default);
    }
}
