//! JSON Schemas of the types in the handlers' signatures.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value};

use super::names;

/// Where the schemas stand in a document.
const COMPONENTS: &str = "#/components/schemas/";
/// The targets of references until all names are known: one for types that are received, one for types that are sent.
const INPUT: &str = "#/input/";
const OUTPUT: &str = "#/output/";

/// The schemas of received and of sent types. These are two contracts: a field with a default is optional in a request
/// but always present in a response.
pub struct Schemas {
    inputs: SchemaGenerator,
    outputs: SchemaGenerator,
}

impl Schemas {
    pub fn new() -> Self {
        let settings = |place: &'static str| {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = place.trim_end_matches('/').trim_start_matches('#').into();
                settings.meta_schema = None;
            })
        };
        Self {
            inputs: settings(INPUT).for_deserialize().into_generator(),
            outputs: settings(OUTPUT).for_serialize().into_generator(),
        }
    }

    /// Returns the schema of a type that is received, or a reference to it.
    pub fn input<T: JsonSchema>(&mut self) -> Value {
        // Whether the input has a name of its own must not depend on whether another route sends the type.
        self.outputs.subschema_for::<T>();
        self.inputs.subschema_for::<T>().to_value()
    }

    /// Returns the same schema inline, never a reference: its fields become parameters.
    pub fn input_inline<T: JsonSchema>(&mut self) -> Value {
        T::json_schema(&mut self.outputs);
        T::json_schema(&mut self.inputs).to_value()
    }

    /// The definitions that input schemas refer to.
    pub fn input_definitions(&self) -> &Map<String, Value> {
        self.inputs.definitions()
    }

    /// Returns the schema of a type that is sent, or a reference to it.
    pub fn output<T: JsonSchema>(&mut self) -> Value {
        self.outputs.subschema_for::<T>().to_value()
    }

    /// The schema of a type that is sent behind its reference, if it is one.
    #[allow(dead_code, reason = "capabilities read schemas")]
    pub fn output_resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(reference_name);
        name.and_then(|name| self.outputs.definitions().get(&name)).unwrap_or(schema)
    }

    /// The description of a type that is sent, in one line: the first paragraph of its doc comment.
    pub fn output_description(&self, schema: &Value) -> Option<String> {
        let text = self.output_resolved(schema).get("description")?.as_str()?;
        let first = text.split("\n\n").next()?.split_whitespace().collect::<Vec<_>>().join(" ");
        (!first.is_empty()).then(|| first.strip_suffix('.').map_or(first.clone(), str::to_owned))
    }

    /// Returns all named schemas; some have a name already, by the id of their type. An input that differs from the output
    /// of the same type is named `…Input`, whether that is sent or not. References
    /// in `document` are set accordingly, and schemas that nothing refers to are left out.
    pub fn finish(mut self, document: &mut Value, given: &BTreeMap<String, String>) -> NamedSchemas {
        let ids = [names::ids(&self.inputs), names::ids(&self.outputs)];
        let definitions = [self.inputs.take_definitions(true), self.outputs.take_definitions(true)];
        let final_names = names::choose(&ids, given);
        let [inputs, outputs] =
            [0, 1].map(|contract| Contract { definitions: &definitions[contract], ids: &ids[contract] });
        let differing = differing(&inputs, &outputs);

        let name = |reference: &str| {
            let provisional = reference_name(reference)?;
            let is_input = reference.starts_with(INPUT);
            let id = if is_input { &inputs } else { &outputs }.id(&provisional);
            let plain = final_names.get(&id)?;
            Some(if is_input && differing.contains(&id) { names::input(plain, &final_names) } else { plain.clone() })
        };
        let rename = |reference: &str| name(reference).map(|name| format!("{COMPONENTS}{name}"));

        let mut schemas = Map::new();
        for (place, contract) in [(OUTPUT, &outputs), (INPUT, &inputs)] {
            for (provisional, schema) in contract.definitions {
                let Some(name) = name(&format!("{place}{provisional}")) else { continue };
                let mut schema = schema.clone();
                rename_references(&mut schema, &rename);
                schemas.entry(name).or_insert(schema);
            }
        }
        rename_references(document, &rename);
        let used = used(document, &schemas);
        schemas.retain(|name, _| used.contains(name));
        schemas.sort_keys();
        let short = names::short(&ids, given, &final_names);
        let names = short.into_iter().flat_map(|(plain, stem)| {
            let input = ShortName { of: plain.clone(), name: format!("{stem}Input"), stem: stem.clone() };
            let own = ShortName { of: plain.clone(), name: stem.clone(), stem };
            [(names::input(&plain, &final_names), input), (plain, own)]
        });
        // A type may be called like the input of another one.
        let short = names.filter(|(name, short)| {
            schemas.contains_key(name) && (short.of == *name || !final_names.values().any(|known| known == name))
        });
        let short = short.collect();
        NamedSchemas { schemas, short }
    }
}

/// The named schemas of a document.
#[derive(Clone, Debug, Default)]
pub struct NamedSchemas {
    /// The schemas by their names among the components.
    pub schemas: Map<String, Value>,
    /// Shorter names for a program, which finds out when a name moves, by those among the components.
    pub short: BTreeMap<String, ShortName>,
}

/// What a schema may be called where no other type has the same short name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortName {
    /// The name of the type among the components.
    pub of: String,
    /// The short name of the type.
    pub stem: String,
    /// That of the schema, which may be the input of the type.
    pub name: String,
}

/// The name in a reference to a definition, decoded (RFC 6901, section 6).
pub fn reference_name(reference: &str) -> Option<String> {
    let name = reference.strip_prefix(INPUT).or_else(|| reference.strip_prefix(OUTPUT))?;
    Some(percent_decode_str(name).decode_utf8_lossy().replace("~1", "/").replace("~0", "~"))
}

/// The definitions of one generator.
struct Contract<'a> {
    definitions: &'a Map<String, Value>,
    ids: &'a BTreeMap<String, String>,
}

impl Contract<'_> {
    fn id(&self, provisional: &str) -> String {
        self.ids.get(provisional).map_or_else(|| provisional.to_owned(), Clone::clone)
    }

    /// The definitions by type, with references that name types.
    fn by_id(&self) -> BTreeMap<String, Value> {
        let by_id = |(provisional, schema): (&String, &Value)| {
            let mut schema = schema.clone();
            rename_references(&mut schema, &|reference| Some(self.id(&reference_name(reference)?)));
            (self.id(provisional), schema)
        };
        self.definitions.iter().map(by_id).collect()
    }
}

/// The types whose input differs from their output, in themselves or in a type that they refer to.
fn differing(inputs: &Contract<'_>, outputs: &Contract<'_>) -> Vec<String> {
    let (inputs, outputs) = (inputs.by_id(), outputs.by_id());
    let both = || inputs.iter().filter_map(|(id, input)| Some((id, input, outputs.get(id)?)));
    let mut differing: Vec<String> =
        both().filter(|(_, input, output)| input != output).map(|(id, ..)| id.clone()).collect();
    loop {
        let refers = |schema: &Value| {
            let mut found = false;
            each_reference(schema, &mut |reference| found |= differing.iter().any(|id| id == reference));
            found
        };
        let more: Vec<String> = both()
            .filter(|(id, input, _)| !differing.contains(id) && refers(input))
            .map(|(id, ..)| id.clone())
            .collect();
        if more.is_empty() {
            return differing;
        }
        differing.extend(more);
    }
}

/// The names that the document refers to, directly or through other schemas.
fn used(document: &Value, schemas: &Map<String, Value>) -> Vec<String> {
    let mut used: Vec<String> = Vec::new();
    let see = |schema: &Value, used: &mut Vec<String>| {
        each_reference(schema, &mut |reference| {
            if let Some(name) = reference.strip_prefix(COMPONENTS)
                && !used.iter().any(|known| known == name)
            {
                used.push(name.to_owned());
            }
        });
    };
    see(document, &mut used);
    let mut next = 0;
    while let Some(name) = used.get(next) {
        if let Some(schema) = schemas.get(name) {
            see(schema, &mut used);
        }
        next += 1;
    }
    used
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
