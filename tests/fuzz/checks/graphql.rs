//! What holds for what is counted in a GraphQL request before it is parsed: the check of the target `graphql`.
//!
//! # Input
//! A document, which is also read as JSON.
//!
//! # Invariants
//! - What the parser makes of a document has no more names, values and selections than there were tokens, and is nested no
//!   deeper than there were brackets. So no document passes a limit that its parsed form exceeds.
//! - A count that stops at a limit is one above it, and otherwise the same as without.
//! - A JSON value has no more values than were counted in its text.

use async_graphql_parser::types::{Directive, ExecutableDocument, Selection, SelectionSet, VariableDefinition};
use async_graphql_parser::{Positioned, parse_query};
use async_graphql_value::{Name, Value};

use crate::scan::{Scanned, scan, values};

/// The parser recurses: what is nested deeper has been refused.
const MOST_NESTING: usize = 64;

/// Panics if an input breaks an invariant.
pub fn check(input: &[u8]) {
    if let Ok(value) = serde_json::from_slice::<serde_json::Value>(input) {
        assert!(values(input) >= count(&value), "{} values were counted", values(input));
    }
    let Ok(text) = std::str::from_utf8(input) else { return };
    let whole = scan(text, usize::MAX, usize::MAX);
    assert!(whole.nesting <= whole.tokens && whole.tokens <= text.len(), "{whole:?}");
    for most in [0, 1, whole.tokens / 2, whole.tokens] {
        let stopped = scan(text, most, usize::MAX);
        assert_eq!(stopped.tokens, whole.tokens.min(most + 1));
    }
    for most in [0, whole.nesting / 2, whole.nesting] {
        let stopped = scan(text, usize::MAX, most);
        assert_eq!(stopped.nesting, whole.nesting.min(most + 1));
    }
    if whole.nesting > MOST_NESTING {
        return;
    }
    if let Ok(document) = parse_query(text) {
        let found = of_document(&document);
        assert!(found.tokens <= whole.tokens, "{} tokens, and {whole:?}", found.tokens);
        assert!(found.nesting <= whole.nesting, "{} deep, and {whole:?}", found.nesting);
    }
}

fn count(value: &serde_json::Value) -> usize {
    1 + match value {
        serde_json::Value::Array(items) => items.iter().map(count).sum(),
        serde_json::Value::Object(members) => members.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// Two things, one after the other.
fn and(one: Scanned, other: Scanned) -> Scanned {
    Scanned { tokens: one.tokens + other.tokens, nesting: one.nesting.max(other.nesting) }
}

fn all(each: impl Iterator<Item = Scanned>) -> Scanned {
    each.fold(Scanned::default(), and)
}

fn tokens(tokens: usize) -> Scanned {
    Scanned { tokens, nesting: 0 }
}

/// In brackets, which are two tokens.
fn inside(inner: Scanned) -> Scanned {
    Scanned { tokens: inner.tokens + 2, nesting: inner.nesting + 1 }
}

fn of_document(document: &ExecutableDocument) -> Scanned {
    let operations = document.operations.iter().map(|(_, operation)| {
        let operation = &operation.node;
        let variables = all(operation.variable_definitions.iter().map(|variable| of_variable(&variable.node)));
        and(and(variables, of_directives(&operation.directives)), of_set(&operation.selection_set.node))
    });
    let fragments = document.fragments.values().map(|fragment| {
        let fragment = &fragment.node;
        // `fragment`, its name, `on` and the type.
        and(and(tokens(4), of_directives(&fragment.directives)), of_set(&fragment.selection_set.node))
    });
    and(all(operations), all(fragments))
}

fn of_set(set: &SelectionSet) -> Scanned {
    if set.items.is_empty() {
        return Scanned::default();
    }
    inside(all(set.items.iter().map(|selection| match &selection.node {
        Selection::Field(field) => {
            let field = &field.node;
            let name = tokens(if field.alias.is_some() { 3 } else { 1 });
            let arguments = of_arguments(&field.arguments);
            let more = and(of_directives(&field.directives), of_set(&field.selection_set.node));
            and(and(name, arguments), more)
        }
        Selection::FragmentSpread(spread) => and(tokens(2), of_directives(&spread.node.directives)),
        Selection::InlineFragment(fragment) => {
            and(and(tokens(1), of_directives(&fragment.node.directives)), of_set(&fragment.node.selection_set.node))
        }
    })))
}

fn of_variable(variable: &VariableDefinition) -> Scanned {
    // `$`, its name, `:` and a type.
    let default =
        variable.default_value.as_ref().map(|value| of_value(&value.node.clone().into_value())).unwrap_or_default();
    and(tokens(4), and(default, of_directives(&variable.directives)))
}

fn of_directives(directives: &[Positioned<Directive>]) -> Scanned {
    all(directives.iter().map(|directive| and(tokens(2), of_arguments(&directive.node.arguments))))
}

fn of_arguments(arguments: &[(Positioned<Name>, Positioned<Value>)]) -> Scanned {
    if arguments.is_empty() {
        return Scanned::default();
    }
    inside(all(arguments.iter().map(|(_, value)| and(tokens(2), of_value(&value.node)))))
}

fn of_value(value: &Value) -> Scanned {
    match value {
        // `$` and its name.
        Value::Variable(_) => tokens(2),
        Value::List(items) => inside(all(items.iter().map(of_value))),
        Value::Object(members) => inside(all(members.values().map(|value| and(tokens(2), of_value(value))))),
        _ => tokens(1),
    }
}
