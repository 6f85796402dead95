//! JSON Schemas of the types in the handlers' signatures, and their names in the document.

use std::collections::BTreeMap;

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value};

/// Where a document keeps its schemas.
const COMPONENTS: &str = "#/components/schemas/";

/// What is sent and what is received are two contracts: a field with a default is optional in a
/// request and always there in a response.
pub struct Schemas {
    inputs: SchemaGenerator,
    outputs: SchemaGenerator,
}

impl Schemas {
    pub fn new() -> Self {
        let settings = || {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = "/components/schemas".into();
                settings.meta_schema = None;
            })
        };
        Self {
            inputs: settings().for_deserialize().into_generator(),
            outputs: settings().for_serialize().into_generator(),
        }
    }

    /// The schema of a type that is received. References to it are marked, and named at the end.
    pub fn input<T: JsonSchema>(&mut self) -> Value {
        mark_inputs(self.inputs.subschema_for::<T>())
    }

    /// The same without a name of its own: its fields become params.
    pub fn input_inline<T: JsonSchema>(&mut self) -> Value {
        let schema = T::json_schema(&mut self.inputs);
        mark_inputs(schema)
    }

    /// The schema of a type that is sent.
    pub fn output<T: JsonSchema>(&mut self) -> Value {
        self.outputs.subschema_for::<T>().to_value()
    }

    /// All named schemas. An input that differs from the output of the same name is called
    /// `…Input`; the references in `document` are set accordingly.
    pub fn finish(mut self, document: &mut Value) -> Map<String, Value> {
        let outputs = self.outputs.take_definitions(true);
        let inputs: BTreeMap<String, Value> =
            self.inputs.take_definitions(true).into_iter().map(|(name, schema)| (name, mark(schema))).collect();
        let differing = differing(&inputs, &outputs);
        let mut schemas: Map<String, Value> = outputs.clone();
        for (name, schema) in inputs {
            let name = if differing.contains(&name) { format!("{name}Input") } else { name };
            schemas.entry(name).or_insert(schema);
        }
        let rename = |reference: &str| {
            let name = reference.strip_prefix(INPUT_MARK)?;
            let suffix = if differing.iter().any(|other| other == name) { "Input" } else { "" };
            Some(format!("{COMPONENTS}{name}{suffix}"))
        };
        rename_references(document, &rename);
        schemas.values_mut().for_each(|schema| rename_references(schema, &rename));
        schemas.sort_keys();
        schemas
    }
}

/// Stands before the names of inputs until all names are known.
const INPUT_MARK: &str = "#input/";

fn mark_inputs(schema: Schema) -> Value {
    mark(schema.to_value())
}

fn mark(mut schema: Value) -> Value {
    rename_references(&mut schema, &|reference| {
        reference.strip_prefix(COMPONENTS).map(|name| format!("{INPUT_MARK}{name}"))
    });
    schema
}

/// The inputs whose schema, or the schema of a type that they refer to, is not the output's.
fn differing(inputs: &BTreeMap<String, Value>, outputs: &Map<String, Value>) -> Vec<String> {
    let mut differing: Vec<String> = inputs
        .iter()
        .filter(|(name, schema)| outputs.get(*name).is_some_and(|output| mark(output.clone()) != **schema))
        .map(|(name, _)| name.clone())
        .collect();
    loop {
        let refers = |schema: &Value| {
            let mut found = false;
            each_reference(schema, &mut |reference| {
                found |=
                    reference.strip_prefix(INPUT_MARK).is_some_and(|name| differing.iter().any(|other| other == name));
            });
            found
        };
        let more: Vec<String> = inputs
            .iter()
            .filter(|(name, schema)| outputs.contains_key(*name) && !differing.contains(name) && refers(schema))
            .map(|(name, _)| name.clone())
            .collect();
        if more.is_empty() {
            return differing;
        }
        differing.extend(more);
    }
}

fn each_reference(schema: &Value, see: &mut impl FnMut(&str)) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                see(reference);
            }
            members.values().for_each(|value| each_reference(value, see));
        }
        Value::Array(items) => items.iter().for_each(|value| each_reference(value, see)),
        _ => {}
    }
}

fn rename_references(schema: &mut Value, rename: &impl Fn(&str) -> Option<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get_mut("$ref")
                && let Some(renamed) = rename(reference)
            {
                *reference = renamed;
            }
            members.values_mut().for_each(|value| rename_references(value, rename));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| rename_references(value, rename)),
        _ => {}
    }
}
