//! Zod schemas of what the program receives: the named types, and the inputs of each route and of each view.

use serde_json::{Map, Value, json};

use super::program::{HEAD, Part};
use crate::document::{MethodTypes, RouteTypes, Typed};
use crate::typescript::{Zod, doc_comment, key, text as literal};

/// The names that the text declares.
const RESERVED: [&str; 1] = ["inputs"];

pub fn text(typed: &Typed, routes: &[RouteTypes<'_>], parts: &[Part]) -> String {
    let names: Vec<String> = parts.iter().map(|part| format!("{}Inputs", part.view.flag)).collect();
    let reserved: Vec<&str> = RESERVED.into_iter().chain(names.iter().map(String::as_str)).collect();
    let zod = Zod::new(&typed.named, &reserved);
    let mut roots: Vec<Value> = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    if !routes.is_empty() {
        texts.push(of_routes(routes, &zod, &mut roots));
    }
    for (part, name) in parts.iter().zip(&names) {
        let inputs = (part.view.inputs)(&part.described);
        let line = |(label, schema): &(String, Value)| format!("  {}: {},\n", key(label), zod.of(schema, 2));
        let lines: String = inputs.iter().map(line).collect();
        texts.push(format!("/** What each of them takes. */\nexport const {name} = {{\n{lines}}};\n"));
        roots.extend(inputs.into_iter().map(|(_, schema)| schema));
    }
    let declarations = zod.declarations(&roots);
    let texts = std::iter::once(declarations).filter(|text| !text.is_empty()).chain(texts);
    format!("{HEAD}import * as z from 'zod';\n\n{}", texts.collect::<Vec<_>>().join("\n"))
}

fn of_routes(routes: &[RouteTypes<'_>], zod: &Zod<'_>, roots: &mut Vec<Value>) -> String {
    let mut text = "/** What each route takes, by its path and method. */\nexport const inputs = {\n".to_owned();
    for route in routes {
        let methods: String = route
            .methods
            .iter()
            .filter_map(|method| {
                let parts = inputs(method);
                let line = |(name, schema): &(&str, Value)| format!("      {name}: {},\n", zod.of(schema, 6));
                let lines: String = parts.iter().map(line).collect();
                let has_any = !parts.is_empty();
                roots.extend(parts.into_iter().map(|(_, schema)| schema));
                let summary = method.operation["summary"].as_str().unwrap_or_default();
                let is_own = !summary.starts_with(&format!("{} /", method.method));
                let comment = doc_comment(if is_own { summary } else { "" }, 4);
                has_any.then(|| format!("{comment}    {}: {{\n{lines}    }},\n", method.method.to_lowercase()))
            })
            .collect();
        if !methods.is_empty() {
            text += &format!("  {}: {{\n{methods}  }},\n", literal(route.pattern));
        }
    }
    text + "};\n"
}

/// The schemas of what a method takes. Bodies that are bytes have none.
fn inputs(method: &MethodTypes<'_>) -> Vec<(&'static str, Value)> {
    let mut inputs = Vec::new();
    let text = json!({ "type": "string" });
    let catch_all = json!({ "anyOf": [text, { "type": "array", "items": text }] });
    let params: Vec<(String, Value, bool)> = method
        .params
        .iter()
        .map(|param| {
            let own = param.schema.unwrap_or(&text);
            (param.name.to_owned(), if param.is_catch_all { catch_all.clone() } else { own.clone() }, param.required)
        })
        .collect();
    inputs.extend(object(params).map(|schema| ("params", schema)));
    for (name, place) in [("query", "query"), ("headers", "header")] {
        let all = method.operation["parameters"].as_array().into_iter().flatten();
        let own = all.filter(|param| param["in"] == place && param["style"] != "form").map(|param| {
            let name = param["name"].as_str().unwrap_or_default().to_owned();
            (name, described(param), param["required"] == true)
        });
        inputs.extend(object(own.collect()).map(|schema| (name, schema)));
    }
    let content = method.operation["requestBody"]["content"].as_object();
    let typed = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"];
    let bodies: Vec<Value> = typed.iter().filter_map(|name| Some(content?.get(*name)?["schema"].clone())).collect();
    match bodies.as_slice() {
        [] => {}
        [only] => inputs.push(("body", only.clone())),
        _ => inputs.push(("body", json!({ "anyOf": bodies }))),
    }
    inputs
}

/// The schema of a parameter, with the description that stands beside it.
fn described(param: &Value) -> Value {
    let mut schema = param["schema"].clone();
    if let (Some(members), Some(text)) = (schema.as_object_mut(), param.get("description")) {
        members.insert("description".to_owned(), text.clone());
    }
    schema
}

fn object(fields: Vec<(String, Value, bool)>) -> Option<Value> {
    if fields.is_empty() {
        return None;
    }
    let required: Vec<&String> = fields.iter().filter(|(_, _, required)| *required).map(|(name, ..)| name).collect();
    let properties: Map<String, Value> =
        fields.iter().map(|(name, schema, _)| (name.clone(), schema.clone())).collect();
    Some(json!({ "type": "object", "properties": properties, "required": required }))
}
