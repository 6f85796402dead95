//! Holds a parsed document against the limits, and finds the operation that a request means.

use std::collections::HashMap;
use std::convert::Infallible;

use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType, Selection,
    SelectionSet,
};
use async_graphql::{Name, Pos, Positioned, ServerError, Value, Variables};

use super::limits::Limits;
use super::order::Order;
use super::refusal::Refusal;

/// By this, async-graphql marks a text that stands for an uploaded file. A client must not write it itself.
pub const FILE_MARK: &str = "#__graphql_file__:";

/// How much deeper than its fields a document may nest its brackets and fragments: the arguments of a field are brackets,
/// too.
pub const MORE_NESTING: usize = 44;

/// The operation that is executed.
#[derive(Clone, Debug)]
pub struct Operation {
    pub name: Option<String>,
    pub kind: OperationType,
    /// `None` if its answer has no order.
    pub order: Option<Order>,
}

/// Finds the operation (GraphQL, section 6.1).
pub fn operation(document: &ExecutableDocument, name: Option<&str>) -> Result<Operation, Refusal> {
    let (name, operation) = chosen(document, name)?;
    Ok(Operation { name, kind: operation.ty, order: Order::of(document, operation) })
}

/// The same, with its definition.
pub fn chosen<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<(Option<String>, &'a OperationDefinition), Refusal> {
    let refused = |text: String| Err(Refusal::of_document(ServerError::new(text, None)));
    match (&document.operations, name.filter(|name| !name.is_empty())) {
        (DocumentOperations::Single(operation), None) => Ok((None, &operation.node)),
        (DocumentOperations::Single(_), Some(name)) => {
            refused(format!("there is no operation `{name}`: the one in this document has no name"))
        }
        (DocumentOperations::Multiple(all), None) => {
            let mut all = all.iter();
            match (all.next(), all.next()) {
                (Some((name, operation)), None) => Ok((Some(name.to_string()), &operation.node)),
                _ => refused("the document has several operations: say by `operationName` which is meant".to_owned()),
            }
        }
        (DocumentOperations::Multiple(all), Some(name)) => match all.get(name) {
            Some(operation) => Ok((Some(name.to_owned()), &operation.node)),
            None => refused(format!("there is no operation `{name}` in this document")),
        },
    }
}

/// Holds a document and its variables against the limits.
///
/// `text` is what the document was parsed from, and `uploads` how many files stand in the variables.
pub fn check(
    document: &ExecutableDocument,
    text: &str,
    variables: &Variables,
    uploads: usize,
    limits: &Limits,
) -> Result<(), Refusal> {
    let mut measure = Measure {
        document,
        limits,
        fragments: HashMap::new(),
        aliases: 0,
        directives: 0,
        nesting: limits.depth + MORE_NESTING,
        // An escape may stand for any character of it.
        may_forge: text.contains("__graphql_file__") || text.contains("\\u"),
    };
    let sets =
        document.operations.iter().map(|(_, operation)| (&operation.node.selection_set, &operation.node.directives));
    let mut fields = 0_usize;
    for (set, directives) in sets {
        measure.directives(directives)?;
        let size = measure.set(&set.node, 1)?;
        // One is executed, and each is validated with the fragments that it uses.
        fields = fields.saturating_add(size.fields);
        within(Size { fields, ..size }, set.pos, limits)?;
    }
    for (_, operation) in document.operations.iter() {
        for variable in &operation.node.variable_definitions {
            measure.directives(&variable.node.directives)?;
            if variable.node.default_value.as_ref().is_some_and(|value| has_file(&value.node)) {
                return Err(forged(variable.pos));
            }
        }
    }
    // What no operation uses has to be within the limits as well: it is validated.
    for (name, fragment) in &document.fragments {
        let size = measure.fragment(name, 1)?;
        within(size, fragment.pos, limits)?;
        measure.directives(&fragment.node.directives)?;
    }
    if count_files(variables) != uploads {
        return Err(Refusal::malformed(format!("`variables`: a text that begins with `{FILE_MARK}` cannot be sent")));
    }
    Ok(())
}

fn within(size: Size, pos: Pos, limits: &Limits) -> Result<(), Refusal> {
    if size.depth > limits.depth {
        return Err(Refusal::limit_at(format!("the fields are more than {} deep", limits.depth), pos));
    }
    if size.fields > limits.fields {
        let text = format!("the document has more than {} fields, with those of its fragments", limits.fields);
        return Err(Refusal::limit_at(text, pos));
    }
    Ok(())
}

fn forged(pos: Pos) -> Refusal {
    Refusal::limit_at(format!("a text that begins with `{FILE_MARK}` cannot be sent"), pos)
}

/// How many lists of types and fields may be inside of each other where a client asks for the types of the schema: each
/// multiplies the answer by their number, and the schema leads back to itself (graphql-js has the same rule).
const MOST_LISTS: usize = 2;

/// The fields of the introspection that are such lists (GraphQL, section 4.2).
const LISTS: [&str; 5] = ["types", "fields", "inputFields", "interfaces", "possibleTypes"];

/// Where the introspection begins.
const INTROSPECTION: [&str; 2] = ["__schema", "__type"];

/// How large a selection set is.
#[derive(Clone, Copy, Default)]
struct Size {
    fields: usize,
    depth: usize,
    /// How many fields with the names of [`LISTS`] are inside of each other.
    lists: usize,
}

struct Measure<'a> {
    document: &'a ExecutableDocument,
    limits: &'a Limits,
    /// `None` while it is being measured.
    fragments: HashMap<&'a str, Option<Size>>,
    aliases: usize,
    directives: usize,
    /// How deep fields and fragments may be.
    nesting: usize,
    /// Whether an argument may have a text that claims to be a file.
    may_forge: bool,
}

impl<'a> Measure<'a> {
    fn set(&mut self, set: &'a SelectionSet, nesting: usize) -> Result<Size, Refusal> {
        let mut size = Size::default();
        for selection in &set.items {
            if nesting > self.nesting {
                return Err(Refusal::limit_at(
                    format!("fields and fragments are more than {} deep", self.nesting),
                    selection.pos,
                ));
            }
            self.directives(selection.node.directives())?;
            let inside = match &selection.node {
                Selection::Field(field) => {
                    if let Some(alias) = &field.node.alias {
                        self.alias(alias)?;
                    }
                    self.arguments(field)?;
                    let inside = self.set(&field.node.selection_set.node, nesting + 1)?;
                    let name = field.node.name.node.as_str();
                    if inside.lists > MOST_LISTS && INTROSPECTION.contains(&name) {
                        let text = format!(
                            "`{name}` has more than {MOST_LISTS} of these inside of each other: {}",
                            LISTS.join(", ")
                        );
                        return Err(Refusal::limit_at(text, field.pos));
                    }
                    Size {
                        fields: inside.fields.saturating_add(1),
                        depth: inside.depth + 1,
                        lists: inside.lists + usize::from(LISTS.contains(&name)),
                    }
                }
                Selection::InlineFragment(fragment) => self.set(&fragment.node.selection_set.node, nesting + 1)?,
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node, nesting + 1)?,
            };
            size.fields = size.fields.saturating_add(inside.fields);
            size.depth = size.depth.max(inside.depth);
            size.lists = size.lists.max(inside.lists);
        }
        Ok(size)
    }

    /// Each is measured once, however often it is used.
    fn fragment(&mut self, name: &str, nesting: usize) -> Result<Size, Refusal> {
        let document = self.document;
        // What is missing, validation says better.
        let Some((name, fragment)) = document.fragments.get_key_value(name) else { return Ok(Size::default()) };
        match self.fragments.get(name.as_str()) {
            Some(Some(size)) => Ok(*size),
            Some(None) => Err(Refusal::limit_at(format!("the fragment `{name}` is inside of itself"), fragment.pos)),
            None => {
                self.fragments.insert(name, None);
                let size = self.set(&fragment.node.selection_set.node, nesting)?;
                self.fragments.insert(name, Some(size));
                Ok(size)
            }
        }
    }

    fn arguments(&self, field: &Positioned<Field>) -> Result<(), Refusal> {
        let is_forged = self.may_forge
            && field.node.arguments.iter().any(|(_, value)| {
                // Variables are looked at by themselves.
                let value = value.node.clone().into_const_with(|_| Ok::<_, Infallible>(Value::Null));
                value.is_ok_and(|value| has_file(&value))
            });
        if is_forged { Err(forged(field.pos)) } else { Ok(()) }
    }

    fn alias(&mut self, alias: &Positioned<Name>) -> Result<(), Refusal> {
        self.aliases += 1;
        if self.aliases > self.limits.aliases {
            return Err(Refusal::limit_at(
                format!("the document has more than {} aliases", self.limits.aliases),
                alias.pos,
            ));
        }
        Ok(())
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) -> Result<(), Refusal> {
        self.directives += directives.len();
        match directives.last() {
            Some(last) if self.directives > self.limits.directives => {
                let text = format!("the document has more than {} directives", self.limits.directives);
                Err(Refusal::limit_at(text, last.pos))
            }
            _ => Ok(()),
        }
    }
}

/// How many texts in variables stand for files.
fn count_files(variables: &Variables) -> usize {
    fn count(value: &Value) -> usize {
        match value {
            Value::String(text) => usize::from(text.starts_with(FILE_MARK)),
            Value::List(values) => values.iter().map(count).sum(),
            Value::Object(members) => members.values().map(count).sum(),
            _ => 0,
        }
    }
    variables.values().map(count).sum()
}

/// Whether a text in a value claims to be a file.
fn has_file(value: &Value) -> bool {
    match value {
        Value::String(text) => text.starts_with(FILE_MARK),
        Value::List(values) => values.iter().any(has_file),
        Value::Object(members) => members.values().any(has_file),
        _ => false,
    }
}
