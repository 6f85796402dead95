//! From a schema (JSON Schema 2020-12, as schemars writes it) to its shape.

use serde_json::{Map, Value};

use crate::describe::{DEFERRED, JAVASCRIPT, STREAMED, TRANSFORMED};

use super::shape::{List, Member, Object, Rest, Shape, Special, Tuple, is_big};

/// Where named schemas stand in a document.
const COMPONENTS: &str = "#/components/schemas/";

/// How many alternatives a flattened type may be written out as.
const MOST_ALTERNATIVES: usize = 64;

/// How deeply named types may be nested before one is taken to be infinite.
const MOST_LEVELS: usize = 16;

/// The schemas that others refer to.
#[derive(Clone, Copy)]
pub struct Definitions<'a>(pub &'a Map<String, Value>);

impl Definitions<'_> {
    /// Reads a schema.
    pub fn read(self, schema: &Value) -> Shape {
        let Value::Object(members) = schema else {
            return if *schema == Value::Bool(false) { Shape::Nothing } else { Shape::Anything };
        };
        let is = |mark: &str| members.get(mark) == Some(&Value::Bool(true));
        let whole = self.read_members(members, schema);
        match (is(DEFERRED), is(STREAMED)) {
            (true, _) => Shape::Later(Box::new(whole)),
            (_, true) => Shape::Stream(Box::new(whole)),
            _ => match members.get(JAVASCRIPT).and_then(|mark| self.special(mark)) {
                Some(special) => Shape::Special(special, Box::new(whole)),
                None => whole,
            },
        }
    }

    fn special(self, mark: &Value) -> Option<Special> {
        match mark {
            Value::String(name) => match name.as_str() {
                "Set" => Some(Special::Set),
                "BigInt" => Some(Special::Named("bigint".to_owned())),
                "Url" => Some(Special::Named("URL".to_owned())),
                "Date" | "RegExp" | "Uint8Array" => Some(Special::Named(name.clone())),
                _ => None,
            },
            Value::Array(parts) => match parts.as_slice() {
                [key, value] => Some(Special::Map(Box::new(self.read(key)), Box::new(self.read(value)))),
                _ => None,
            },
            _ => None,
        }
    }

    fn read_members(self, members: &Map<String, Value>, schema: &Value) -> Shape {
        let mut parts: Vec<Shape> = Vec::new();
        parts.extend(self.of_type(members, schema));
        if let Some(name) = reference(schema) {
            parts.push(Shape::Named(name));
        }
        for schema in members.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            parts.push(self.read(schema));
        }
        for name in ["oneOf", "anyOf"] {
            if let Some(schemas) = members.get(name).and_then(Value::as_array) {
                parts.push(one_of(schemas.iter().map(|schema| self.read(schema)).collect()));
            }
        }
        if members.get("not").is_some_and(|not| *not == Value::Bool(true) || *not == Value::Object(Map::new())) {
            parts.push(Shape::Nothing);
        }
        self.all_of(parts)
    }

    /// The shape by `type`, `const` and `enum`; `None` if none of them says anything.
    fn of_type(self, members: &Map<String, Value>, schema: &Value) -> Option<Shape> {
        if let Some(value) = members.get("const") {
            return Some(literal(value));
        }
        if let Some(values) = members.get("enum").and_then(Value::as_array) {
            return Some(one_of(values.iter().map(literal).collect()));
        }
        let names: Vec<&str> = match members.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ if members.contains_key("properties") => vec!["object"],
            _ if members.contains_key("prefixItems") => vec!["array"],
            _ => return None,
        };
        Some(one_of(names.into_iter().map(|name| self.of_name(name, members, schema)).collect()))
    }

    fn of_name(self, name: &str, members: &Map<String, Value>, schema: &Value) -> Shape {
        match name {
            "null" => Shape::Null,
            "boolean" => Shape::Boolean,
            "string" => Shape::Text(schema.clone()),
            "integer" | "number" => Shape::Number(schema.clone()),
            "array" => self.list(members),
            "object" => Shape::Object(self.object(members)),
            _ => Shape::Anything,
        }
    }

    fn list(self, members: &Map<String, Value>) -> Shape {
        let bound = |name: &str| members.get(name).and_then(Value::as_u64);
        let (least, most) = (bound("minItems"), bound("maxItems"));
        let items = members.get("items").map(|schema| self.read(schema));
        let Some(first) = members.get("prefixItems").and_then(Value::as_array) else {
            let items = items.unwrap_or(Shape::Anything);
            return Shape::List(Box::new(List { items, least, most }));
        };
        let count = first.len();
        let is_whole = most.is_some_and(|most| usize::try_from(most).is_ok_and(|most| most <= count));
        let rest = items.unwrap_or(Shape::Anything);
        Shape::Tuple(Tuple {
            items: first.iter().map(|schema| self.read(schema)).collect(),
            least: least.and_then(|least| usize::try_from(least).ok()).unwrap_or(0).min(count),
            rest: (!is_whole && rest != Shape::Nothing).then(|| Box::new(rest)),
        })
    }

    fn object(self, members: &Map<String, Value>) -> Object {
        let required: Vec<&str> =
            members.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let properties = members.get("properties").and_then(Value::as_object);
        let member = |(name, schema): (&String, &Value)| Member {
            name: name.clone(),
            is_required: required.contains(&name.as_str()),
            shape: self.read(schema),
            schema: schema.clone(),
        };
        let patterns = members.get("patternProperties").and_then(Value::as_object);
        let mut others: Vec<(Option<String>, Shape)> = patterns
            .into_iter()
            .flatten()
            .map(|(pattern, schema)| (Some(pattern.clone()), self.read(schema)))
            .collect();
        let more = members.get("additionalProperties").or_else(|| members.get("unevaluatedProperties"));
        let rest = match more {
            Some(Value::Bool(false)) if others.is_empty() => Rest::Refused,
            Some(Value::Bool(false)) => Rest::Of(others),
            Some(schema) => {
                others.push((None, self.read(schema)));
                Rest::Of(others)
            }
            None if others.is_empty() => Rest::Ignored,
            None => Rest::Of(others),
        };
        Object { members: properties.into_iter().flatten().map(member).collect(), rest }
    }

    /// What all the parts allow. Objects become one; an object that says something of all other members is written out
    /// with those of the other parts.
    fn all_of(self, parts: Vec<Shape>) -> Shape {
        let mut objects: Option<Object> = None;
        let mut others: Vec<Shape> = Vec::new();
        for part in parts {
            match part {
                Shape::Anything => {}
                Shape::Nothing => return Shape::Nothing,
                Shape::Object(object) => {
                    objects = Some(match objects {
                        Some(known) => joined(known, object),
                        None => object,
                    });
                }
                Shape::AllOf(parts) => others.extend(parts),
                part if others.contains(&part) => {}
                part => others.push(part),
            }
        }
        let Some(object) = objects else {
            return match others.len() {
                0 => Shape::Anything,
                1 => others.remove(0),
                _ => Shape::AllOf(others),
            };
        };
        if others.is_empty() {
            return Shape::Object(object);
        }
        let says_all = object.rest != Rest::Ignored;
        let says_nothing = !says_all && object.members.is_empty();
        if !says_nothing {
            others.insert(0, Shape::Object(object));
        }
        let whole = if others.len() == 1 { others.remove(0) } else { Shape::AllOf(others) };
        if !says_all {
            return whole;
        }
        match self.alternatives(&whole, 0) {
            Some(objects) => one_of(objects.into_iter().map(Shape::Object).collect()),
            None => whole,
        }
    }

    /// The shape as objects that are written out, if it can be that.
    pub fn alternatives(self, shape: &Shape, level: usize) -> Option<Vec<Object>> {
        if level > MOST_LEVELS {
            return None;
        }
        match shape {
            Shape::Object(object) => Some(vec![object.clone()]),
            Shape::Special(_, shape) => self.alternatives(shape, level + 1),
            Shape::Named(name) => self.alternatives(&self.read(self.0.get(name)?), level + 1),
            Shape::OneOf(shapes) => {
                let shapes = shapes.iter().filter(|shape| **shape != Shape::Null);
                let all: Vec<Vec<Object>> =
                    shapes.map(|shape| self.alternatives(shape, level + 1)).collect::<Option<_>>()?;
                Some(all.into_iter().flatten().collect())
            }
            Shape::AllOf(shapes) => {
                let mut all = vec![Object::default()];
                for shape in shapes {
                    let more = self.alternatives(shape, level + 1)?;
                    if all.len() * more.len() > MOST_ALTERNATIVES {
                        return None;
                    }
                    all = all
                        .iter()
                        .flat_map(|one| more.iter().map(move |other| joined(one.clone(), other.clone())))
                        .collect();
                }
                Some(all)
            }
            Shape::Anything => Some(vec![Object::default()]),
            _ => None,
        }
    }
}

/// An object with the members of both. A part that refuses other members knows only its own.
fn joined(mut one: Object, other: Object) -> Object {
    for member in other.members {
        match one.members.iter_mut().find(|known| known.name == member.name) {
            Some(known) => known.is_required |= member.is_required,
            None => one.members.push(member),
        }
    }
    one.rest = match (one.rest, other.rest) {
        (Rest::Ignored, rest) | (rest, Rest::Ignored) => rest,
        (Rest::Refused, rest) | (rest, Rest::Refused) => rest,
        (Rest::Of(mut all), Rest::Of(more)) => {
            all.extend(more);
            Rest::Of(all)
        }
    };
    one
}

/// One of the shapes: alternatives inside of alternatives become part of them.
fn one_of(shapes: Vec<Shape>) -> Shape {
    let mut flat: Vec<Shape> = Vec::new();
    for shape in shapes {
        let inner = if let Shape::OneOf(inner) = shape { inner } else { vec![shape] };
        for shape in inner {
            if shape == Shape::Anything {
                return Shape::Anything;
            }
            if shape != Shape::Nothing && !flat.contains(&shape) {
                flat.push(shape);
            }
        }
    }
    match flat.len() {
        0 => Shape::Nothing,
        1 => flat.remove(0),
        _ => Shape::OneOf(flat),
    }
}

fn literal(value: &Value) -> Shape {
    match value {
        Value::Null => Shape::Null,
        Value::Bool(_) | Value::Number(_) | Value::String(_) => Shape::Literal(value.clone()),
        Value::Array(values) => {
            Shape::Tuple(Tuple { items: values.iter().map(literal).collect(), least: values.len(), rest: None })
        }
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| Member {
                name: name.clone(),
                is_required: true,
                shape: literal(value),
                schema: Value::Null,
            };
            Shape::Object(Object { members: members.iter().map(member).collect(), rest: Rest::Ignored })
        }
    }
}

/// The name of the schema that this one refers to.
pub fn reference(schema: &Value) -> Option<String> {
    let name = schema.get("$ref")?.as_str()?.strip_prefix(COMPONENTS)?;
    Some(name.replace("~1", "/").replace("~0", "~"))
}

/// Adds the names that a schema refers to, in the order in which it does.
pub fn references(schema: &Value, found: &mut Vec<String>) {
    let mut transformed = Vec::new();
    split_references(schema, found, &mut transformed);
    for name in transformed {
        if !found.contains(&name) {
            found.push(name);
        }
    }
}

/// The same, with the names that stand in what a transformer writes apart.
pub fn split_references(schema: &Value, found: &mut Vec<String>, transformed: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            if members.get(TRANSFORMED) == Some(&Value::Bool(true)) {
                members.values().for_each(|value| references(value, transformed));
                return;
            }
            if let Some(name) = reference(schema).filter(|name| !found.contains(name)) {
                found.push(name);
            }
            members.values().for_each(|value| split_references(value, found, transformed));
        }
        Value::Array(items) => items.iter().for_each(|value| split_references(value, found, transformed)),
        _ => {}
    }
}

/// Whether a schema has values that a transformer writes in another way, itself or by one of these names.
pub fn is_transformed(schema: &Value, names: &[String]) -> bool {
    match schema {
        Value::Object(members) => {
            members.contains_key(JAVASCRIPT)
                || is_big(schema)
                || reference(schema).is_some_and(|name| names.contains(&name))
                || members.values().any(|value| is_transformed(value, names))
        }
        Value::Array(items) => items.iter().any(|value| is_transformed(value, names)),
        _ => false,
    }
}
