//! Builds a document (OpenAPI Specification 3.1.0) from the table of routes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::info::{self, OpenApi};
use super::paths::{PathOperation, operations};
use super::responses::{self, responses};
use crate::describe::tidy::tidy;
use crate::describe::{Operation, PROBLEM, Parameter, Schemas, problem_schema};
use crate::http::ParamPlace;
use crate::kernel::Table;

/// The document of a program's API routes. Equal routes produce equal bytes, whatever the link order.
pub fn document(table: &Table) -> Value {
    let mut schemas = Schemas::new();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let mut inexpressible = Vec::new();
    let mut ids = BTreeSet::new();
    let mut tags = BTreeSet::new();
    let mut schemes = BTreeMap::new();
    for place in operations(table) {
        let mut operation = Operation::new(Some(&mut schemas));
        (place.route.describe)(&mut operation);
        schemes.append(&mut operation.schemes);
        let tag = info::tag(&place);
        tags.insert(tag.clone());
        let id = unique(&mut ids, operation_id(&place));
        let has_page = table.has_page(place.route);
        let value = object(&place, &operation, &id, &tag, has_page);
        let method = place.method.to_lowercase();
        if place.inexpressible {
            inexpressible.push(json!({
                "method": place.method, "pattern": place.route.pattern, "path": place.template, "operation": value,
            }));
        } else {
            paths.entry(place.template).or_default().insert(method, value);
        }
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": info::info(table),
        "servers": [{ "url": "/" }],
        "tags": tags.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        "paths": paths,
    });
    if !inexpressible.is_empty() {
        document["x-start-routes"] = inexpressible.into();
    }
    let mut components = schemas.finish(&mut document);
    let name = free_name(&components);
    components.insert(name.clone(), problem_schema());
    components.sort_keys();
    document["components"] = json!({ "schemas": components, "responses": responses::components(&document) });
    if !schemes.is_empty() {
        document["components"]["securitySchemes"] = json!(schemes);
    }
    name_problem(&mut document, &format!("#/components/schemas/{name}"));
    tidy(&mut document);
    OpenApi::edited(document)
}

/// The text of a document as the program prints and serves it: indented, with a line break at the end.
pub fn text(document: &Value) -> String {
    // A `Value` has only text keys, so it always serializes.
    serde_json::to_string_pretty(document).unwrap_or_default() + "\n"
}

/// Returns `Problem`, or another name if the program has a type with that name.
fn free_name(components: &Map<String, Value>) -> String {
    let names = ["Problem", "ProblemDetails", "StartProblem"];
    let free = names.into_iter().find(|name| !components.contains_key(*name));
    free.unwrap_or("StartProblemDetails").to_owned()
}

fn name_problem(value: &mut Value, reference: &str) {
    match value {
        Value::Object(members) => {
            if members.get("$ref").is_some_and(|target| target == PROBLEM) {
                members.insert("$ref".to_owned(), reference.into());
            }
            members.values_mut().for_each(|value| name_problem(value, reference));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| name_problem(value, reference)),
        _ => {}
    }
}

/// Returns an id such as `get_api_house_students`, made of the method and the path only.
fn operation_id(place: &PathOperation) -> String {
    let words = place.template.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(place.method.to_lowercase(), |id, word| format!("{id}_{word}"))
}

fn unique(ids: &mut BTreeSet<String>, id: String) -> String {
    let mut name = id.clone();
    let mut count = 1;
    while !ids.insert(name.clone()) {
        count += 1;
        name = format!("{id}_{count}");
    }
    name
}

/// Returns the summary and the description. The summary is the first sentence, without its full stop and backticks. The
/// description is the text that says more: what follows the first paragraph, or that paragraph itself, because tools
/// expect a description.
fn texts(docs: &str) -> Option<(String, String)> {
    let (first, rest) = docs.split_once("\n\n").unwrap_or((docs, ""));
    let first = first.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence = first_sentence(&first);
    let description = match (rest.trim(), sentence == first) {
        ("", _) => first.clone(),
        (rest, true) => rest.to_owned(),
        (_, false) => docs.trim().to_owned(),
    };
    let summary = sentence.strip_suffix('.').unwrap_or(sentence).replace('`', "");
    (!summary.is_empty()).then_some((summary, description))
}

/// The text up to the first full stop that another sentence follows.
fn first_sentence(text: &str) -> &str {
    let ends = text.match_indices(". ").map(|(at, _)| at + 1);
    let end = ends.into_iter().find(|end| text[*end..].trim_start().starts_with(char::is_uppercase));
    &text[..end.unwrap_or(text.len())]
}

fn object(place: &PathOperation, operation: &Operation<'_>, id: &str, tag: &str, has_page: bool) -> Value {
    let mut object = Map::new();
    object.insert("operationId".into(), id.into());
    let (summary, description) = texts(place.route.declaration.docs).unwrap_or_else(|| {
        let label = format!("{} {}", place.method, place.template);
        (label, "This route has no doc comment.".to_owned())
    });
    object.insert("summary".into(), summary.into());
    object.insert("description".into(), description.into());
    object.insert("tags".into(), json!([tag]));
    if place.route.declaration.deprecated {
        object.insert("deprecated".into(), true.into());
    }
    let params = params(place, operation);
    if !params.is_empty() {
        object.insert("parameters".into(), params.into());
    }
    if let Some(body) = &operation.body {
        let content = json!({ body.kind.content_type(): { "schema": body.schema } });
        object.insert("requestBody".into(), json!({ "required": body.required, "content": content }));
    }
    object.insert("responses".into(), responses(place, operation, has_page));
    let security = info::security(place.route, operation);
    if !security.is_empty() {
        object.insert("security".into(), security.into());
    }
    object.extend(operation.extensions.clone());
    object.into()
}

fn params(place: &PathOperation, operation: &Operation<'_>) -> Vec<Value> {
    let mut params = Vec::new();
    for (index, (name, own)) in place.params.iter().zip(place.own_params).enumerate() {
        let typed = operation.params.iter().find(|param| param.place == ParamPlace::Path && param.name == *own);
        let schema = typed.map_or_else(|| json!({ "type": "string" }), |param| param.schema.clone());
        let mut param = json!({ "name": name, "in": "path", "required": true, "schema": schema });
        if place.catch_all && index + 1 == place.params.len() {
            param["description"] = "The rest of the path, slashes included.".into();
            param["x-catch-all"] = true.into();
        }
        params.push(param);
    }
    let others = operation.params.iter().filter(|param| param.place != ParamPlace::Path);
    params.extend(others.map(param));
    params
}

fn param(param: &Parameter) -> Value {
    let Parameter { place, name, required, schema, description, explode } = param;
    let place = match place {
        ParamPlace::Header => "header",
        ParamPlace::Cookie => "cookie",
        _ => "query",
    };
    let mut value = json!({ "name": name, "in": place, "required": required, "schema": schema });
    if let Some(description) = description {
        value["description"] = description.as_str().into();
    }
    if *explode {
        value["style"] = "form".into();
        value["explode"] = true.into();
    }
    value
}

#[cfg(test)]
mod tests {
    use super::texts;

    #[test]
    fn a_doc_comment_is_summary_and_description() {
        let cases = [
            ("All posts.", Some(("All posts", "All posts."))),
            ("All posts,\nnewest first.\n\nThe rest.", Some(("All posts, newest first", "The rest."))),
            ("One. Two.", Some(("One", "One. Two."))),
            ("One. Two.\n\nThree.", Some(("One", "One. Two.\n\nThree."))),
            ("Of `a.b`, e.g. this.", Some(("Of a.b, e.g. this", "Of `a.b`, e.g. this."))),
            ("", None),
        ];
        for (docs, expected) in cases {
            let found = texts(docs);
            assert_eq!(found.as_ref().map(|(one, two)| (one.as_str(), two.as_str())), expected, "{docs}");
        }
    }
}
