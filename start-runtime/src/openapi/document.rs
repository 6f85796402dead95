//! From the table of routes to a document (OpenAPI Specification 3.1.0).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::describe::{Answer, BodyKind, Describe, Param};
use super::schemas::Schemas;
use crate::extract::ParamPlace;
use crate::route::{Part, Route, RouteKind, RoutePath, Segment};
use crate::table::Table;

/// The document of a program's API routes. Equal routes give equal bytes, whatever the link order.
pub fn document(table: &Table) -> Value {
    let mut schemas = Schemas::new();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let mut inexpressible = Vec::new();
    let mut ids = BTreeSet::new();
    for route in table.routes().iter().filter(|route| route.kind == RouteKind::Api && !route.hidden) {
        let mut describe = Describe::new(Some(&mut schemas));
        (route.describe)(&mut describe);
        for path in route.paths {
            let item = paths.entry(template(path, canonical_names(table, path))).or_default();
            for method in methods(route) {
                let id = unique(&mut ids, operation_id(method, path));
                if item.contains_key(&method.to_lowercase()) {
                    inexpressible
                        .push(json!({ "method": method, "pattern": route.pattern, "summary": summary(route.docs).0 }));
                } else {
                    item.insert(method.to_lowercase(), operation(route, path, &describe, &id));
                }
            }
        }
    }
    let (title, version) = title(table);
    let mut document = json!({
        "openapi": "3.1.0",
        "info": { "title": title, "version": version },
        "paths": paths,
    });
    if !inexpressible.is_empty() {
        document["x-start-routes"] = inexpressible.into();
    }
    let mut components = schemas.finish(&mut document);
    components.insert("Problem".to_owned(), problem_schema());
    document["components"] = json!({ "schemas": components });
    document
}

/// The name of the program and the version of its package.
pub fn title(table: &Table) -> (String, String) {
    let program = std::env::current_exe()
        .ok()
        .and_then(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .unwrap_or_else(|| "API".to_owned());
    let own = table.routes().iter().find(|route| route.package == Some(program.as_str()));
    let version = own.and_then(|route| route.version).unwrap_or("0.0.0");
    (program, version.to_owned())
}

fn methods(route: &Route) -> Vec<&'static str> {
    if route.methods.contains(&"ANY") { vec!["GET", "POST", "PUT", "PATCH", "DELETE"] } else { route.methods.to_vec() }
}

/// Routes of one shape share one path item, so they share the names of its params: those of the
/// first route.
fn canonical_names(table: &Table, path: &RoutePath) -> &'static [&'static str] {
    let same = |other: &&RoutePath| other.segments == path.segments;
    let paths = table
        .routes()
        .iter()
        .filter(|route| route.kind == RouteKind::Api && !route.hidden)
        .flat_map(|route| route.paths);
    paths.into_iter().find(same).map_or(path.params, |path| path.params)
}

fn template(path: &RoutePath, names: &[&str]) -> String {
    if path.segments.is_empty() {
        return "/".to_owned();
    }
    let mut names = names.iter();
    let mut name = || format!("{{{}}}", names.next().copied().unwrap_or_default());
    let mut text = String::new();
    for segment in path.segments {
        text.push('/');
        match segment {
            Segment::Literal(literal) => text.push_str(&encode(literal)),
            Segment::Param | Segment::Rest | Segment::OptionalRest => text.push_str(&name()),
            Segment::Mixed(parts) => {
                for part in *parts {
                    match part {
                        Part::Literal(literal) => text.push_str(&encode(literal)),
                        Part::Param => text.push_str(&name()),
                    }
                }
            }
        }
    }
    text
}

fn encode(literal: &str) -> String {
    const SET: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'#')
        .add(b'%')
        .add(b'/')
        .add(b'<')
        .add(b'>')
        .add(b'?')
        .add(b'`')
        .add(b'{')
        .add(b'}');
    percent_encoding::utf8_percent_encode(literal, SET).to_string()
}

fn operation_id(method: &str, path: &RoutePath) -> String {
    let words = template(path, path.params);
    let words = words.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(method.to_lowercase(), |id, word| format!("{id}_{word}"))
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

/// The first paragraph, and the rest.
fn summary(docs: &str) -> (String, &str) {
    let (first, rest) = docs.split_once("\n\n").unwrap_or((docs, ""));
    (first.split_whitespace().collect::<Vec<_>>().join(" "), rest.trim())
}

fn operation(route: &Route, path: &RoutePath, describe: &Describe<'_>, id: &str) -> Value {
    let mut operation = Map::new();
    operation.insert("operationId".into(), id.into());
    let (summary, description) = summary(route.docs);
    if !summary.is_empty() {
        operation.insert("summary".into(), summary.into());
    }
    if !description.is_empty() {
        operation.insert("description".into(), description.into());
    }
    if let Some(tag) = route.tag {
        operation.insert("tags".into(), json!([tag]));
    }
    if route.deprecated {
        operation.insert("deprecated".into(), true.into());
    }
    let params = params(path, describe);
    if !params.is_empty() {
        operation.insert("parameters".into(), params.into());
    }
    if let Some((kind, schema)) = &describe.body {
        let content_type = match kind {
            BodyKind::Json => "application/json",
            BodyKind::Form => "application/x-www-form-urlencoded",
            BodyKind::Bytes => "application/octet-stream",
        };
        operation.insert(
            "requestBody".into(),
            json!({ "required": true, "content": { content_type: { "schema": schema } } }),
        );
    }
    operation.insert("responses".into(), responses(route, describe));
    operation.into()
}

fn params(path: &RoutePath, describe: &Describe<'_>) -> Vec<Value> {
    let mut params = Vec::new();
    let last_is_rest = matches!(path.segments.last(), Some(Segment::Rest | Segment::OptionalRest));
    for (index, name) in path.params.iter().enumerate() {
        let typed = describe.params.iter().find(|param| param.place == ParamPlace::Path && param.name == *name);
        let schema = typed.map_or_else(|| json!({ "type": "string" }), |param| param.schema.clone());
        let mut param = json!({ "name": name, "in": "path", "required": true, "schema": schema });
        if last_is_rest && index + 1 == path.params.len() {
            param["x-catch-all"] = true.into();
        }
        params.push(param);
    }
    for Param { place, name, required, schema, description } in
        describe.params.iter().filter(|param| param.place != ParamPlace::Path)
    {
        let place = match place {
            ParamPlace::Header => "header",
            ParamPlace::Cookie => "cookie",
            _ => "query",
        };
        let mut param = json!({ "name": name, "in": place, "required": required, "schema": schema });
        if let Some(description) = description {
            param["description"] = description.as_str().into();
        }
        params.push(param);
    }
    params
}

fn responses(route: &Route, describe: &Describe<'_>) -> Value {
    let mut responses = Map::new();
    let content = match &describe.answer {
        Answer::Json(schema) => Some(("application/json", schema.clone())),
        Answer::Text => Some(("text/plain; charset=utf-8", json!({ "type": "string" }))),
        Answer::Bytes => Some(("application/octet-stream", json!({}))),
        Answer::Anything | Answer::Nothing => None,
    };
    let status = match (route.status, &describe.answer) {
        (Some(status), _) => status.to_string(),
        (None, Answer::Nothing) => "204".to_owned(),
        (None, Answer::Anything) if !describe.any_status => "default".to_owned(),
        (None, _) => "200".to_owned(),
    };
    let mut success = json!({ "description": "Success" });
    if let Some((content_type, schema)) = content {
        success["content"] = json!({ content_type: { "schema": schema } });
    }
    responses.insert(status, success);
    if describe.may_be_missing {
        responses.insert("404".into(), problem("Not found"));
    }
    if !describe.params.is_empty() {
        responses.insert("400".into(), problem("A param is missing or malformed"));
    }
    if let Some((kind, _)) = describe.body {
        if matches!(kind, BodyKind::Json) {
            responses.insert("400".into(), problem("The body is not JSON, or a param is missing or malformed"));
        }
        responses.insert("413".into(), problem("The body is too large"));
        if matches!(kind, BodyKind::Json | BodyKind::Form) {
            responses.insert("415".into(), problem("The body has another content type"));
            responses.insert("422".into(), problem("The body does not fit the schema"));
        }
    }
    responses.sort_keys();
    responses.into()
}

fn problem(description: &str) -> Value {
    json!({
        "description": description,
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    })
}

/// RFC 9457, section 3.1.
fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "Problem Details (RFC 9457)",
        "properties": {
            "type": { "type": "string", "format": "uri-reference" },
            "title": { "type": "string" },
            "status": { "type": "integer", "minimum": 100, "maximum": 999 },
            "detail": { "type": "string" },
            "instance": { "type": "string", "format": "uri-reference" },
        },
        "required": ["type", "title", "status"],
        "additionalProperties": true,
    })
}
