//! Brings the members of an answer into the order of the document (GraphQL, section 7.2.2): async-graphql has them in the
//! order in which their resolvers were ready.

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Name, Value};

/// The names of a selection set as the answer has them, each with those inside of it.
#[derive(Clone, Debug, Default)]
pub struct Order(IndexMap<Name, Order>);

impl Order {
    /// The order of an operation; `None` if no object can have two members. Fragments are not in circles.
    pub fn of(document: &ExecutableDocument, operation: &OperationDefinition) -> Option<Self> {
        let set = &operation.selection_set.node;
        branches(set).then(|| {
            let mut order = Self::default();
            order.add(document, set);
            order
        })
    }

    fn add(&mut self, document: &ExecutableDocument, set: &SelectionSet) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let inside = self.0.entry(field.node.response_key().node.clone()).or_default();
                    inside.add(document, &field.node.selection_set.node);
                }
                Selection::InlineFragment(fragment) => self.add(document, &fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                        self.add(document, &fragment.node.selection_set.node);
                    }
                }
            }
        }
    }

    /// Orders what the answer has.
    pub fn apply(&self, value: &mut Value) {
        match value {
            Value::List(items) => items.iter_mut().for_each(|item| self.apply(item)),
            Value::Object(members) => {
                let place = |name: &Name| self.0.get_index_of(name).unwrap_or(usize::MAX);
                if !members.keys().is_sorted_by_key(place) {
                    members.sort_by_cached_key(|name, _| place(name));
                }
                for (name, member) in members {
                    if let Some(inside) = self.0.get(name).filter(|inside| !inside.0.is_empty()) {
                        inside.apply(member);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether an object can have two members. Most small queries have one, and nothing is done for them.
fn branches(set: &SelectionSet) -> bool {
    match set.items.as_slice() {
        [] => false,
        [only] => match &only.node {
            Selection::Field(field) => branches(&field.node.selection_set.node),
            Selection::InlineFragment(fragment) => branches(&fragment.node.selection_set.node),
            Selection::FragmentSpread(_) => true,
        },
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use async_graphql::value;

    use super::super::document::chosen;
    use super::*;

    #[test]
    fn members_have_the_order_of_the_document() {
        let cases = [
            ("{ a b }", value!({ "b": 1, "a": 2 }), r#"{"a":2,"b":1}"#),
            ("{ a b }", value!({ "b": 1 }), r#"{"b":1}"#),
            ("{ x: b a }", value!({ "a": 1, "x": 2 }), r#"{"x":2,"a":1}"#),
            (
                "{ a { b c } }",
                value!({ "a": [{ "c": 1, "b": 2 }, null, { "b": 3 }] }),
                r#"{"a":[{"b":2,"c":1},null,{"b":3}]}"#,
            ),
            ("{ a { b } c a { d b } }", value!({ "c": 1, "a": { "d": 1, "b": 2 } }), r#"{"a":{"b":2,"d":1},"c":1}"#),
            (
                "{ ...F c } fragment F on Q { b ... { a } }",
                value!({ "a": 1, "b": 2, "c": 3 }),
                r#"{"b":2,"a":1,"c":3}"#,
            ),
            ("{ ...F } fragment F on Q { b a }", value!({ "a": 1, "b": 2 }), r#"{"b":2,"a":1}"#),
            ("{ a b }", value!({ "unknown": 0, "b": 1, "a": 2 }), r#"{"a":2,"b":1,"unknown":0}"#),
            ("{ a }", value!({ "a": { "z": 1, "y": 2 } }), r#"{"a":{"z":1,"y":2}}"#),
        ];
        for (query, mut data, expected) in cases {
            let document = parse_query(query).unwrap();
            let (_, operation) = chosen(&document, None).unwrap();
            if let Some(order) = Order::of(&document, operation) {
                order.apply(&mut data);
            }
            assert_eq!(data.into_json().unwrap().to_string(), expected, "{query}");
        }
    }

    #[test]
    fn a_query_whose_objects_have_one_member_needs_no_order() {
        for (query, is_needed) in [("{ a { b { c } } }", false), ("{ ... { a } }", false), ("{ a { b c } }", true)] {
            let document = parse_query(query).unwrap();
            let (_, operation) = chosen(&document, None).unwrap();
            assert_eq!(Order::of(&document, operation).is_some(), is_needed, "{query}");
        }
    }
}
