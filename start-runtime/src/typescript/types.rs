//! Declarations of the named types, and types that refer to them.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::Value;

use super::names::{free, identifiers};
use super::print::{Names, print, print_members};
use super::read::{Definitions, is_transformed, references, split_references};
use super::shape::Shape;
use super::source::{doc_comment, note};
use crate::describe::NamedSchemas;
use crate::kernel::PrintTypes;

/// The types of TypeScript for named schemas.
///
/// # Assumptions
///
/// References in schemas are those of a document: `#/components/schemas/Item`.
pub struct Types<'a> {
    named: &'a NamedSchemas,
    /// What types are called.
    names: BTreeMap<String, String>,
    /// What those are called that a transformer writes in another way.
    transformed: BTreeMap<String, String>,
    /// The types of which a plain form is declared.
    plain: Vec<String>,
    big_integer: BigInteger,
    /// The same where a transformer is.
    exact_integer: BigInteger,
    /// Whether a member that may be missing may be undefined as well, for compilers that tell the two apart.
    undefined_is_missing: bool,
}

impl Names for Types<'_> {
    fn named(&self, component: &str) -> String {
        self.names.get(component).map_or_else(|| "unknown".to_owned(), Clone::clone)
    }

    fn big_integer(&self) -> String {
        self.big_integer.used()
    }

    fn is_transformed(&self) -> bool {
        false
    }

    fn undefined_is_missing(&self) -> bool {
        self.undefined_is_missing
    }
}

impl PrintTypes for Types<'_> {
    fn of(&self, schema: &Value, indent: usize) -> String {
        self.of(schema, indent)
    }

    fn of_transformed(&self, schema: &Value, indent: usize) -> String {
        print(&self.read(schema), &Transformed(self), indent)
    }
}

/// The alias for integers that may be no exact numbers.
struct BigInteger {
    name: String,
    is_used: Cell<bool>,
}

impl BigInteger {
    fn new(name: String) -> Self {
        Self { name, is_used: Cell::new(false) }
    }

    fn used(&self) -> String {
        self.is_used.set(true);
        self.name.clone()
    }
}

/// The types of values that a transformer writes.
struct Transformed<'t, 'a>(&'t Types<'a>);

impl Names for Transformed<'_, '_> {
    fn named(&self, component: &str) -> String {
        self.0.transformed.get(component).map_or_else(|| self.0.named(component), Clone::clone)
    }

    fn big_integer(&self) -> String {
        self.0.exact_integer.used()
    }

    fn is_transformed(&self) -> bool {
        true
    }

    fn undefined_is_missing(&self) -> bool {
        self.0.undefined_is_missing
    }
}

impl<'a> Types<'a> {
    /// The types of a file that declares what `roots` refer to, directly or through others. `reserved` are the other names
    /// of the file.
    pub fn new<'v>(named: &'a NamedSchemas, roots: impl IntoIterator<Item = &'v Value>, reserved: &[&str]) -> Self {
        let (mut plain, mut passed) = (Vec::new(), Vec::new());
        for root in roots {
            split_references(root, &mut plain, &mut passed);
        }
        let plain = closed(named, plain);
        let passed = closed(named, passed);
        let changed = changed(named, &passed);
        let mut all: Vec<String> = plain.iter().chain(&passed).cloned().collect();
        all.sort_unstable();
        all.dedup();
        let mut names = identifiers(named, &all, reserved);
        let mut transformed = BTreeMap::new();
        for component in changed {
            let own = names[&component].clone();
            let name = if plain.contains(&component) { free(&names, &format!("{own}Transformed")) } else { own };
            names.insert(format!("{component} transformed"), name.clone());
            transformed.insert(component, name);
        }
        let big_integer = free(&names, "BigInteger");
        let exact_integer = free(&names, "ExactInteger");
        names.retain(|component, _| all.contains(component));
        let plain = all.into_iter().filter(|name| plain.contains(name) || !transformed.contains_key(name)).collect();
        Self {
            named,
            names,
            transformed,
            plain,
            big_integer: BigInteger::new(big_integer),
            exact_integer: BigInteger::new(exact_integer),
            undefined_is_missing: false,
        }
    }

    /// Types whose missing members may be undefined as well, as Zod has them.
    pub(super) fn with_undefined(self) -> Self {
        Self { undefined_is_missing: true, ..self }
    }

    /// The type of a schema. Further lines are indented by `indent`.
    pub fn of(&self, schema: &Value, indent: usize) -> String {
        print(&self.read(schema), self, indent)
    }

    /// The type of a value that is sent as text, such as a parameter: an integer that is too large to be an exact number
    /// may be a `bigint`, or a text of digits.
    pub fn of_text(&self, schema: &Value, indent: usize) -> String {
        let text = self.of(schema, indent);
        let is_big = |shape: &Shape| matches!(shape, Shape::Number(schema) if super::shape::is_big(schema));
        let has_big = match &self.read(schema) {
            Shape::OneOf(shapes) => shapes.iter().any(is_big),
            shape => is_big(shape),
        };
        if has_big { format!("{text} | bigint | string") } else { text }
    }

    /// Whether a schema allows values of one shape only, those of a JSON object.
    pub fn members(&self, schema: &Value) -> Vec<(String, bool)> {
        let objects = self.definitions().alternatives(&self.read(schema), 0).unwrap_or_default();
        let [object] = objects.as_slice() else { return Vec::new() };
        object.members.iter().map(|member| (member.name.clone(), member.is_required)).collect()
    }

    /// The declarations of the named types. The alias for big integers is among them if a type that was printed before, or is
    /// declared, has one: print first, then declare.
    pub fn declarations(&self) -> String {
        let plain = self.plain.iter().filter_map(|component| self.declared(component, self));
        let transformed = self.transformed.keys().filter_map(|component| self.declared(component, &Transformed(self)));
        let mut declared: Vec<(String, String)> = plain.chain(transformed).collect();
        declared.sort_unstable();
        let declarations = declared.into_iter().map(|(_, text)| text);
        let aliases = self.alias_if_used().into_iter().chain(self.exact_alias_if_used());
        aliases.chain(declarations).collect::<Vec<_>>().join("\n")
    }

    /// The alias for big integers, with what one has to know about them.
    fn alias(&self) -> String {
        let text = "An integer of 64 bits or more, in JSON a number with all its digits. JavaScript reads it as a `number`,\n\
                    which is exact up to `Number.MAX_SAFE_INTEGER` (2^53 - 1) only. A server that needs more sends a text:\n\
                    `#[serde(with = \"start_runtime::integer_text\")] #[schemars(with = \"String\")]`.";
        format!("{}export type {} = number;\n", doc_comment(text, 0), self.big_integer.name)
    }

    fn exact_alias_if_used(&self) -> Option<String> {
        let text = "An integer of 64 bits or more: a `number` where that is exact, a `bigint` beyond\n\
                    `Number.MAX_SAFE_INTEGER` (2^53 - 1). `trpc::superjson::BigInt` is always a `bigint`.";
        let BigInteger { name, is_used } = &self.exact_integer;
        is_used.get().then(|| format!("{}export type {name} = number | bigint;\n", doc_comment(text, 0)))
    }

    /// The name of a named type, and its declaration.
    fn declared(&self, component: &str, names: &impl Names) -> Option<(String, String)> {
        let schema = self.schema(component)?;
        let name = names.named(component);
        let comment = doc_comment(&note(schema), 0);
        let text = match self.read(schema) {
            Shape::Object(object) => {
                format!("{comment}export interface {name} {}\n", print_members(&object, names, 0))
            }
            shape => format!("{comment}export type {name} = {};\n", print(&shape, names, 0)),
        };
        Some((name, text))
    }

    /// The named types of the file.
    pub(super) fn components(&self) -> impl Iterator<Item = &String> {
        self.names.keys()
    }

    pub(super) fn read(&self, schema: &Value) -> Shape {
        self.definitions().read(schema)
    }

    pub(super) fn definitions(&self) -> Definitions<'a> {
        Definitions(&self.named.schemas)
    }

    pub(super) fn schema(&self, component: &str) -> Option<&'a Value> {
        self.named.schemas.get(component)
    }

    pub(super) fn alias_if_used(&self) -> Option<String> {
        self.big_integer.is_used.get().then(|| self.alias())
    }
}

/// The components that schemas refer to, directly or through others.
pub(super) fn used<'v>(named: &NamedSchemas, roots: impl IntoIterator<Item = &'v Value>) -> Vec<String> {
    let mut found = Vec::new();
    for root in roots {
        references(root, &mut found);
    }
    closed(named, found)
}

/// Names with those that their schemas refer to.
fn closed(named: &NamedSchemas, mut found: Vec<String>) -> Vec<String> {
    let mut next = 0;
    while let Some(schema) = found.get(next).map(|name| named.schemas.get(name)) {
        if let Some(schema) = schema {
            references(schema, &mut found);
        }
        next += 1;
    }
    found.retain(|name| named.schemas.contains_key(name));
    found.sort_unstable();
    found
}

/// The names whose values a transformer writes in another way.
fn changed(named: &NamedSchemas, names: &[String]) -> Vec<String> {
    let mut changed: Vec<String> = Vec::new();
    loop {
        let is_new = |name: &&String| {
            !changed.contains(name) && named.schemas.get(*name).is_some_and(|schema| is_transformed(schema, &changed))
        };
        let more: Vec<String> = names.iter().filter(is_new).cloned().collect();
        if more.is_empty() {
            return changed;
        }
        changed.extend(more);
    }
}
