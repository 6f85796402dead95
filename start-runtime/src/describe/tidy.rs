//! Small changes to schemas: from what schemars generates to what OpenAPI tools expect.

use serde_json::{Map, Number, Value, json};

use super::doc_text::description;

/// A field of a type whose fields are parameters.
pub struct Field {
    pub schema: Value,
    pub required: bool,
}

/// The fields of an object's schema, including those of flattened types and of the variants of an enum.
pub fn fields(schema: &Value, definitions: &Map<String, Value>) -> Vec<(String, Field)> {
    let mut found = Vec::new();
    collect(schema, definitions, true, &mut found, 0);
    found
}

/// How deeply types may be nested before a schema is taken to be infinite.
const MOST_LEVELS: usize = 16;

fn collect(
    schema: &Value,
    definitions: &Map<String, Value>,
    certain: bool,
    found: &mut Vec<(String, Field)>,
    level: usize,
) {
    if level > MOST_LEVELS {
        return;
    }
    if let Some(target) = definition(schema, definitions) {
        collect(target, definitions, certain, found, level + 1);
    }
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        let required = certain && required.contains(&name.as_str());
        match found.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => known.join(schema.clone()),
            None => found.push((name.clone(), Field { schema: schema.clone(), required })),
        }
    }
    for (member, certain) in [("allOf", certain), ("anyOf", false), ("oneOf", false)] {
        for inner in schema[member].as_array().into_iter().flatten() {
            collect(inner, definitions, certain, found, level + 1);
        }
    }
}

impl Field {
    /// Adds the same field of another variant of an enum.
    fn join(&mut self, schema: Value) {
        if self.schema == schema {
            return;
        }
        let constants = [&self.schema, &schema].map(constants);
        match constants {
            [Some(mut one), Some(other)] => {
                one.extend(other.into_iter().filter(|value| !one.contains(value)).collect::<Vec<_>>());
                self.schema = json!({ "type": "string", "enum": one });
            }
            _ => self.schema = json!({ "anyOf": [self.schema.take(), schema] }),
        }
    }
}

fn constants(schema: &Value) -> Option<Vec<Value>> {
    let one = schema.get("const").map(|value| vec![value.clone()]);
    let values = one.or_else(|| schema.get("enum")?.as_array().cloned())?;
    values.iter().all(Value::is_string).then_some(values)
}

/// The definition that a reference refers to.
fn definition<'d>(schema: &Value, definitions: &'d Map<String, Value>) -> Option<&'d Value> {
    let reference = schema.get("$ref")?.as_str()?;
    definitions.get(&super::schemas::reference_name(reference)?)
}

/// Replaces a reference with the schema that it refers to.
pub fn resolved(schema: Value, definitions: &Map<String, Value>) -> Value {
    definition(&schema, definitions).cloned().unwrap_or(schema)
}

/// Whether a value has members: a struct or a map, maybe optional.
pub fn has_members(schema: &Value, definitions: &Map<String, Value>) -> bool {
    is_object(schema, definitions, 0)
}

/// Whether a value is a list of structs or maps.
pub fn is_list_of_members(schema: &Value, definitions: &Map<String, Value>) -> bool {
    let schema = definition(schema, definitions).unwrap_or(schema);
    schema.get("items").is_some_and(|items| has_members(items, definitions))
}

fn is_object(schema: &Value, definitions: &Map<String, Value>, level: usize) -> bool {
    if level > MOST_LEVELS {
        return false;
    }
    let inside = |schema: &Value| is_object(schema, definitions, level + 1);
    if let Some(target) = definition(schema, definitions) {
        return inside(target);
    }
    let is = |name: &str| {
        schema["type"] == name || schema["type"].as_array().is_some_and(|types| types.iter().any(|own| own == name))
    };
    let alternatives = ["anyOf", "oneOf"].iter().find_map(|member| schema[*member].as_array());
    let all = |schemas: &Vec<Value>| {
        let mut schemas = schemas.iter().filter(|schema| schema["type"] != "null").peekable();
        schemas.peek().is_some() && schemas.all(inside)
    };
    is("object")
        || alternatives.is_some_and(all)
        || schema["allOf"].as_array().is_some_and(|schemas| schemas.iter().any(inside))
}

/// Whether the schema allows null.
pub fn is_nullable(schema: &Value) -> bool {
    let is_null = |schema: &Value| schema["type"] == "null";
    let types = schema["type"].as_array().is_some_and(|types| types.iter().any(|name| name == "null"));
    types || is_null(schema) || schema["anyOf"].as_array().is_some_and(|schemas| schemas.iter().any(is_null))
}

/// Removes null from a schema: a value that is sent as text is either present or missing.
pub fn without_null(mut schema: Value) -> Value {
    let Some(members) = schema.as_object_mut() else { return schema };
    if members.get("default") == Some(&Value::Null) {
        members.remove("default");
    }
    if let Some(Value::Array(types)) = members.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            members.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(values)) = members.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    let Some(Value::Array(schemas)) = members.get_mut("anyOf") else { return schema };
    schemas.retain(|schema| schema["type"] != "null");
    if let [only] = schemas.as_slice() {
        let only = only.clone();
        members.remove("anyOf");
        for (name, value) in only.as_object().into_iter().flatten() {
            members.entry(name.clone()).or_insert(value.clone());
        }
    }
    schema
}

/// Adapts the fields of a form, or of a struct in a query, to what can be sent as text.
pub fn form_fields(schema: Value, definitions: &Map<String, Value>) -> Value {
    sendable_fields(schema, definitions, 0)
}

/// Adapts a value to what can be sent as text: there is no null, and a list or an object that is required has at least
/// one element, because an empty one cannot be told from one that is missing.
pub fn sendable(schema: Value, required: bool, definitions: &Map<String, Value>) -> Value {
    sendable_at(schema, required, definitions, 0)
}

fn sendable_at(schema: Value, required: bool, definitions: &Map<String, Value>, level: usize) -> Value {
    let mut schema = without_null(schema);
    if has_members(&schema, definitions) {
        schema = sendable_object(schema, definitions, level);
    }
    let Some(members) = schema.as_object_mut() else { return schema };
    let least = match members.get("type").and_then(Value::as_str) {
        Some("array") => "minItems",
        Some("object") if members.get("required").is_none() => "minProperties",
        _ => return schema,
    };
    if required {
        members.entry(least).or_insert(json!(1));
    }
    schema
}

/// The schema of an object, in place of a reference to it, unless it has nothing that cannot be sent.
fn sendable_object(schema: Value, definitions: &Map<String, Value>, level: usize) -> Value {
    if level > MOST_LEVELS {
        return schema;
    }
    let target = resolved(schema.clone(), definitions);
    let mut sendable = sendable_fields(target.clone(), definitions, level + 1);
    if let Some(values) = sendable.get_mut("additionalProperties").filter(|values| values.is_object()) {
        *values = sendable_at(values.take(), true, definitions, level + 1);
    }
    let is_empty = sendable["type"] == "object" && sendable.get("required").is_none();
    if sendable == target && !is_empty { schema } else { sendable }
}

fn sendable_fields(mut schema: Value, definitions: &Map<String, Value>, level: usize) -> Value {
    let required: Vec<String> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for (name, field) in properties {
            *field = sendable_at(field.take(), required.contains(name), definitions, level);
        }
    }
    schema
}

/// Applies the rules for all schemas of a document: integers of up to 32 bits have the bounds of their type, so that
/// clients know which values are refused (those of 64 bits are no numbers of JavaScript, and `format` says it); a schema that allows anything is `{}`; a default of null is removed; doc comments
/// are read as rustdoc reads them.
pub fn tidy(value: &mut Value) {
    match value {
        Value::Object(members) => {
            bound(members);
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = description(text);
            }
            if members.get("default") == Some(&Value::Null) && members.contains_key("type") {
                members.remove("default");
            }
            for name in ["properties", "patternProperties"] {
                if let Some(Value::Object(properties)) = members.get_mut(name) {
                    properties.values_mut().for_each(anything);
                }
            }
            for name in ["items", "schema"] {
                if let Some(schema) = members.get_mut(name) {
                    anything(schema);
                }
            }
            members.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

fn anything(schema: &mut Value) {
    if *schema == Value::Bool(true) {
        *schema = json!({});
    }
}

fn bound(members: &mut Map<String, Value>) {
    let Some(Value::String(format)) = members.get("format") else { return };
    let (least, most): (Number, Number) = match format.as_str() {
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "uint32" => (0.into(), u32::MAX.into()),
        _ => return,
    };
    let is_integer = match members.get("type") {
        Some(Value::String(name)) => name == "integer",
        Some(Value::Array(names)) => names.iter().any(|name| name == "integer"),
        _ => false,
    };
    if is_integer {
        members.entry("minimum").or_insert(Value::Number(least));
        members.entry("maximum").or_insert(Value::Number(most));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_taken_out() {
        let cases = [
            (json!({ "type": ["integer", "null"], "default": null }), json!({ "type": "integer" })),
            (json!({ "anyOf": [{ "$ref": "#/x" }, { "type": "null" }] }), json!({ "$ref": "#/x" })),
            (json!({ "type": ["string", "null"], "enum": ["a", null] }), json!({ "type": "string", "enum": ["a"] })),
            (json!({ "type": "string" }), json!({ "type": "string" })),
            (json!(true), json!(true)),
        ];
        for (schema, expected) in cases {
            assert_eq!(without_null(schema.clone()), expected, "{schema}");
        }
    }

    #[test]
    fn integers_have_the_bounds_of_their_type() {
        let mut schema =
            json!({ "properties": { "id": { "type": ["integer", "null"], "format": "uint32" }, "any": true } });
        tidy(&mut schema);
        let id = json!({ "type": ["integer", "null"], "format": "uint32", "minimum": 0, "maximum": u32::MAX });
        assert_eq!(schema, json!({ "properties": { "id": id, "any": {} } }));
    }

    #[test]
    fn fields_of_flattened_types_and_variants_are_found() {
        let definitions =
            json!({ "Page": { "properties": { "limit": { "type": "integer" } }, "required": ["limit"] } });
        let schema = json!({
            "properties": { "q": { "type": "string" } },
            "required": ["q"],
            "allOf": [{ "$ref": "#/input/Page" }],
            "oneOf": [
                { "properties": { "by": { "const": "name" } }, "required": ["by"] },
                { "properties": { "by": { "const": "year" }, "year": { "type": "integer" } }, "required": ["by"] },
            ],
        });
        let Value::Object(definitions) = definitions else { panic!() };
        let found: Vec<(String, bool)> =
            fields(&schema, &definitions).into_iter().map(|(name, field)| (name, field.required)).collect();
        let expected = [("q", true), ("limit", true), ("by", false), ("year", false)];
        assert_eq!(found, expected.map(|(name, required)| (name.to_owned(), required)));
    }
}
