//! Declarations of the named types, and types that refer to them.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::Value;

use super::names::{free, identifiers};
use super::print::{Names, print, print_members};
use super::read::{Definitions, references};
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
    names: BTreeMap<String, String>,
    big_integer: String,
    uses_big_integer: Cell<bool>,
    /// Whether a member that may be missing may be undefined as well, for compilers that tell the two apart.
    undefined_is_missing: bool,
}

impl Names for Types<'_> {
    fn named(&self, component: &str) -> String {
        self.names.get(component).map_or_else(|| "unknown".to_owned(), Clone::clone)
    }

    fn big_integer(&self) -> String {
        self.uses_big_integer.set(true);
        self.big_integer.clone()
    }

    fn undefined_is_missing(&self) -> bool {
        self.undefined_is_missing
    }
}

impl PrintTypes for Types<'_> {
    fn of(&self, schema: &Value, indent: usize) -> String {
        self.of(schema, indent)
    }
}

impl<'a> Types<'a> {
    /// The types of a file that declares what `roots` refer to, directly or through others. `reserved` are the other names
    /// of the file.
    pub fn new<'v>(named: &'a NamedSchemas, roots: impl IntoIterator<Item = &'v Value>, reserved: &[&str]) -> Self {
        let names = identifiers(named, &used(named, roots), reserved);
        let big_integer = free(&names, "BigInteger");
        Self { named, names, big_integer, uses_big_integer: Cell::new(false), undefined_is_missing: false }
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
        let mut declared: Vec<(&String, &String)> = self.names.iter().collect();
        declared.sort_by_key(|(_, name)| *name);
        let declare = |(component, _): &(&String, &String)| Some(self.declaration(component, self.schema(component)?));
        let declarations: Vec<String> = declared.iter().filter_map(declare).collect();
        let alias = self.alias_if_used();
        alias.into_iter().chain(declarations).collect::<Vec<_>>().join("\n")
    }

    /// The alias for big integers, with what one has to know about them.
    fn alias(&self) -> String {
        let text = "An integer of 64 bits or more, in JSON a number with all its digits. JavaScript reads it as a `number`,\n\
                    which is exact up to `Number.MAX_SAFE_INTEGER` (2^53 - 1) only. A server that needs more sends a text:\n\
                    `#[serde(with = \"start_runtime::integer_text\")] #[schemars(with = \"String\")]`.";
        format!("{}export type {} = number;\n", doc_comment(text, 0), self.big_integer)
    }

    fn declaration(&self, component: &str, schema: &Value) -> String {
        let name = self.named(component);
        let comment = doc_comment(&note(schema), 0);
        match self.read(schema) {
            Shape::Object(object) => format!("{comment}export interface {name} {}\n", print_members(&object, self, 0)),
            shape => format!("{comment}export type {name} = {};\n", print(&shape, self, 0)),
        }
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
        self.uses_big_integer.get().then(|| self.alias())
    }
}

/// The components that schemas refer to, directly or through others.
pub(super) fn used<'v>(named: &NamedSchemas, roots: impl IntoIterator<Item = &'v Value>) -> Vec<String> {
    let mut found = Vec::new();
    for root in roots {
        references(root, &mut found);
    }
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
