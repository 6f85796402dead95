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
    let taken: Vec<Taken<'_>> = routes.iter().flat_map(taken).collect();
    let of_parts: Vec<Vec<(String, Value)>> = parts.iter().map(|part| (part.view.inputs)(&part.described)).collect();
    let roots = taken.iter().flat_map(|taken| &taken.inputs).map(|(_, schema)| schema);
    let zod = Zod::new(&typed.named, roots.chain(of_parts.iter().flatten().map(|(_, schema)| schema)), &reserved);
    let mut texts: Vec<String> = Vec::new();
    if !routes.is_empty() {
        texts.push(of_routes(&taken, &zod));
    }
    for (inputs, name) in of_parts.iter().zip(&names) {
        let line = |(label, schema): &(String, Value)| format!("  {}: {},\n", key(label), zod.of(schema, 2));
        let lines: String = inputs.iter().map(line).collect();
        texts.push(format!("/** What each of them takes. */\nexport const {name} = {{\n{lines}}};\n"));
    }
    let declarations = zod.declarations();
    let texts = std::iter::once(declarations).filter(|text| !text.is_empty()).chain(texts);
    format!("{HEAD}import * as z from 'zod';\n\n{}", texts.collect::<Vec<_>>().join("\n"))
}

/// What a method of a route takes.
struct Taken<'d> {
    pattern: &'static str,
    method: String,
    summary: &'d str,
    inputs: Vec<(&'static str, Value)>,
}

fn taken<'d>(route: &RouteTypes<'d>) -> Vec<Taken<'d>> {
    let of = |method: &MethodTypes<'d>| {
        let summary = method.operation["summary"].as_str().unwrap_or_default();
        // Without a doc comment, the summary is method and path.
        let is_own = !summary.starts_with(&format!("{} /", method.method));
        let inputs = inputs(method);
        (!inputs.is_empty()).then(|| Taken {
            pattern: route.pattern,
            method: method.method.to_lowercase(),
            summary: if is_own { summary } else { "" },
            inputs,
        })
    };
    route.methods.iter().filter_map(of).collect()
}

fn of_routes(all: &[Taken<'_>], zod: &Zod<'_>) -> String {
    let mut text = "/** What each route takes, by its path and method. */\nexport const inputs = {\n".to_owned();
    for route in all.chunk_by(|one, next| one.pattern == next.pattern) {
        text += &format!("  {}: {{\n", literal(route[0].pattern));
        for Taken { method, summary, inputs, .. } in route {
            let line = |(name, schema): &(&str, Value)| format!("      {name}: {},\n", zod.of(schema, 6));
            let lines: String = inputs.iter().map(line).collect();
            text += &format!("{}    {method}: {{\n{lines}    }},\n", doc_comment(summary, 4));
        }
        text += "  },\n";
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
