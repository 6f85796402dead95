//! What `meta` says of the values of an input: a tree beside that of the values.

use std::collections::HashMap;

use serde_json::Value;

use super::path::parse;

/// How deep a path may lead: as deep as JSON may be nested.
pub const MOST_LEVELS: usize = 128;

/// What is said of a value and of the values in it.
#[derive(Default, Debug)]
pub struct Marks {
    pub kind: Option<Kind>,
    pub inside: HashMap<String, Marks>,
    /// The path of the value that this is the same as, if superjson has left it out.
    pub same: Option<Vec<String>>,
}

/// What a value is that JSON does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Undefined,
    BigInt,
    Date,
    Error,
    RegExp,
    Set,
    Map,
    /// A number that JSON does not have.
    Number,
    Url,
    TypedArray,
}

impl Kind {
    fn of(value: &Value) -> Result<Self, String> {
        let kind = match value {
            Value::String(name) => match name.as_str() {
                "undefined" => Some(Self::Undefined),
                "bigint" => Some(Self::BigInt),
                "Date" => Some(Self::Date),
                "Error" => Some(Self::Error),
                "regexp" => Some(Self::RegExp),
                "set" => Some(Self::Set),
                "map" => Some(Self::Map),
                "number" => Some(Self::Number),
                "URL" => Some(Self::Url),
                _ => None,
            },
            Value::Array(parts) if parts.first().is_some_and(|name| name == "typed-array") => Some(Self::TypedArray),
            Value::Array(parts)
                if parts.first().is_some_and(|name| name == "class" || name == "custom" || name == "symbol") =>
            {
                return Err(format!("the kind {value} is known to the client alone"));
            }
            _ => None,
        };
        kind.ok_or_else(|| format!("there is no kind {}", crate::base::cut::cut(&value.to_string(), 100)))
    }

    /// Whether a value of JSON can be this.
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Undefined => true,
            Self::Date | Self::RegExp | Self::Url => value.is_string(),
            Self::BigInt => value.as_str().is_some_and(is_integer),
            Self::Number => value.as_str().is_some_and(|text| float(text).is_some()),
            Self::Error => value.is_object(),
            Self::Set | Self::TypedArray => value.is_array(),
            Self::Map => {
                let is_pair = |pair: &Value| pair.as_array().is_some_and(|pair| pair.len() == 2);
                value.as_array().is_some_and(|pairs| pairs.iter().all(is_pair))
            }
        }
    }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number that JSON does not have.
pub fn float(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        "-0" => Some(-0.0),
        _ => None,
    }
}

impl Marks {
    /// Reads `meta`. The error says what is wrong with it.
    pub fn of(meta: &Value, json: &Value) -> Result<Self, String> {
        let mut marks = Self::default();
        let Value::Object(members) = meta else {
            return if meta.is_null() { Ok(marks) } else { Err("`meta` is no object".to_owned()) };
        };
        let version = members.get("v").unwrap_or(&Value::Null);
        let is_legacy = match version {
            Value::Null => true,
            version => version.as_f64().ok_or_else(|| format!("the version `v` is {version}"))? < 1.0,
        };
        if let Some(values) = members.get("values") {
            marks.add(values, is_legacy, 0)?;
        }
        if let Some(equalities) = members.get("referentialEqualities") {
            marks.add_equalities(equalities, is_legacy, json)?;
        }
        marks.check(json, &mut Vec::new())?;
        Ok(marks)
    }

    /// Adds a tree of annotations: `{ path: tree }`, or `[kind]`, or `[kind, { path: tree }]`.
    fn add(&mut self, tree: &Value, is_legacy: bool, level: usize) -> Result<(), String> {
        let inside = match tree {
            Value::Null => return Ok(()),
            Value::Object(_) => tree,
            Value::Array(parts) => {
                let (kind, inside) = match parts.as_slice() {
                    [kind] => (kind, &Value::Null),
                    [kind, inside @ (Value::Object(_) | Value::Null)] => (kind, inside),
                    _ => return Err("an annotation is `[kind]` or `[kind, { path: annotation }]`".to_owned()),
                };
                if self.kind.replace(Kind::of(kind)?).is_some() {
                    return Err("a value has two kinds".to_owned());
                }
                inside
            }
            _ => return Err("an annotation is a list or an object".to_owned()),
        };
        for (path, tree) in inside.as_object().into_iter().flatten() {
            let names = parse(path, is_legacy)?;
            let level = level + names.len();
            self.at(&names, level)?.add(tree, is_legacy, level)?;
        }
        Ok(())
    }

    /// The marks of the value at a path.
    fn at(&mut self, names: &[String], level: usize) -> Result<&mut Self, String> {
        if level > MOST_LEVELS {
            return Err("a path leads deeper than values can be nested".to_owned());
        }
        Ok(names.iter().fold(self, |marks, name| marks.inside.entry(name.clone()).or_default()))
    }

    /// Adds what `dedupe` has left out: `{ path: [other paths] }`, or `[paths of the whole, { … }]`.
    fn add_equalities(&mut self, equalities: &Value, is_legacy: bool, json: &Value) -> Result<(), String> {
        let wrong = || "`referentialEqualities` is an object of lists of paths".to_owned();
        let (whole, others) = match equalities {
            Value::Array(parts) => match parts.as_slice() {
                [whole] => (Some(whole), None),
                [whole, others] => (Some(whole), Some(others)),
                _ => return Err(wrong()),
            },
            others => (None, Some(others)),
        };
        let mut all: Vec<(Vec<String>, &Value)> = whole.into_iter().map(|paths| (Vec::new(), paths)).collect();
        if let Some(others) = others {
            for (path, paths) in others.as_object().ok_or_else(wrong)? {
                all.push((parse(path, is_legacy)?, paths));
            }
        }
        for (source, paths) in all {
            found(json, &source).ok_or_else(|| format!("the path {:?} leads nowhere", source.join(".")))?;
            for path in paths.as_array().ok_or_else(wrong)? {
                let names = parse(path.as_str().ok_or_else(wrong)?, is_legacy)?;
                let value = found(json, &names).ok_or_else(|| format!("the path {path} leads nowhere"))?;
                // Unless superjson was told to leave repetitions out, the value is there.
                if !value.is_null() {
                    continue;
                }
                if names.starts_with(&source) {
                    return Err(format!("the value at {path} contains itself"));
                }
                self.at(&names, names.len())?.same = Some(source.clone());
            }
        }
        Ok(())
    }

    /// Whether everything that is said can be.
    fn check(&self, json: &Value, path: &mut Vec<String>) -> Result<(), String> {
        if let Some(kind) = self.kind.filter(|kind| !kind.fits(json)) {
            return Err(format!("the value at {:?} cannot be of the kind {kind:?}", path.join(".")));
        }
        for (name, marks) in &self.inside {
            path.push(name.clone());
            let value = member(json, name).ok_or_else(|| format!("the path {:?} leads nowhere", path.join(".")))?;
            marks.check(value, path)?;
            path.pop();
        }
        Ok(())
    }
}

/// A part of a value.
pub fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Object(members) => members.get(name),
        Value::Array(items) => {
            let index: usize = name.parse().ok()?;
            items.get(index).filter(|_| index.to_string() == name)
        }
        _ => None,
    }
}

fn found<'v>(json: &'v Value, names: &[String]) -> Option<&'v Value> {
    names.iter().try_fold(json, |value, name| member(value, name))
}
