//! Makes `data` what the specification says it is where fields have failed (GraphQL, section 6.4.4): a field that may be
//! null is null, and one that may not makes its parent null. async-graphql leaves both out.

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, ExecutableDocument, Field, Selection, SelectionSet, Type};
use async_graphql::{Name, PathSegment, Response, Value};

use super::document::chosen;
use super::order::Order;
use super::types::Types;

/// Completes the data of a response that has errors.
pub fn complete(response: &mut Response, types: &Types, document: &ExecutableDocument, operation: Option<&str>) {
    let Ok((_, operation)) = chosen(document, operation) else { return };
    let root = types.root(operation.ty);
    let sets = [&operation.selection_set.node];
    let completion = Completion { types, document };
    for pass in [Pass::Null, Pass::Propagate] {
        for error in response.errors.iter().filter(|error| !error.path.is_empty()) {
            if completion.object(&mut response.data, root, &sets, &error.path, pass) {
                response.data = Value::Null;
            }
        }
    }
    if let Some(order) = Order::of(document, operation) {
        order.apply(&mut response.data);
    }
}

/// Fields that may be null come first: what makes their parents null comes over them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    Null,
    Propagate,
}

struct Completion<'a> {
    types: &'a Types,
    document: &'a ExecutableDocument,
}

/// A field, and the type that the fragment around it is for.
struct Selected<'a> {
    field: &'a Field,
    on: Option<&'a str>,
}

impl<'a> Completion<'a> {
    /// Follows the path of an error through an object. Returns whether the object is lost.
    fn object(
        &self,
        value: &mut Value,
        owner: &str,
        sets: &[&'a SelectionSet],
        path: &[PathSegment],
        pass: Pass,
    ) -> bool {
        let [PathSegment::Field(key), rest @ ..] = path else { return false };
        let mut selected = Vec::new();
        sets.iter().for_each(|set| {
            self.collect(set, None, &mut |name, one| {
                if name == key {
                    selected.push(one);
                }
            })
        });
        let Some(kind) = selected.iter().find_map(|one| {
            let name = &one.field.name.node;
            self.types.field(owner, name).or_else(|| self.types.field(one.on?, name))
        }) else {
            return false;
        };
        if value == &Value::Null {
            // async-graphql makes an object null that has lost all of its fields.
            match pass {
                Pass::Null => *value = Value::Object(IndexMap::new()),
                Pass::Propagate => return !kind.nullable || !rest.is_empty(),
            }
        }
        let Value::Object(members) = value else { return false };
        match members.get_mut(key.as_str()) {
            Some(child) if !rest.is_empty() => {
                let inside: Vec<&SelectionSet> = selected.iter().map(|one| &one.field.selection_set.node).collect();
                let is_lost = self.value(child, kind, &inside, rest, pass);
                if is_lost && kind.nullable {
                    *child = Value::Null;
                }
                is_lost && !kind.nullable
            }
            // An error beside a value.
            Some(child) if *child != Value::Null => false,
            _ => {
                if pass == Pass::Null && kind.nullable {
                    members.insert(Name::new(key), Value::Null);
                }
                pass == Pass::Propagate && !kind.nullable
            }
        }
    }

    /// The same for what a field has.
    fn value(
        &self,
        value: &mut Value,
        kind: &Type,
        sets: &[&'a SelectionSet],
        path: &[PathSegment],
        pass: Pass,
    ) -> bool {
        match (&kind.base, path) {
            (BaseType::Named(name), [PathSegment::Field(_), ..]) => self.object(value, name, sets, path, pass),
            (BaseType::List(inner), [PathSegment::Index(index), rest @ ..]) => {
                let Value::List(items) = value else { return false };
                let Some(item) = items.get_mut(*index) else { return false };
                let is_lost = if rest.is_empty() {
                    pass == Pass::Propagate && *item == Value::Null
                } else {
                    self.value(item, inner, sets, rest, pass)
                };
                if is_lost && inner.nullable {
                    *item = Value::Null;
                }
                is_lost && !inner.nullable
            }
            _ => false,
        }
    }

    /// Calls `take` for each field of a set and of its fragments, in their order, with its name in the response.
    fn collect(&self, set: &'a SelectionSet, on: Option<&'a str>, take: &mut dyn FnMut(&str, Selected<'a>)) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => take(&field.node.response_key().node, Selected { field: &field.node, on }),
                Selection::InlineFragment(fragment) => {
                    let condition =
                        fragment.node.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
                    self.collect(&fragment.node.selection_set.node, condition.or(on), take);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) {
                        let condition = fragment.node.type_condition.node.on.node.as_str();
                        self.collect(&fragment.node.selection_set.node, Some(condition), take);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use async_graphql::{ServerError, value};

    use super::*;

    const SDL: &str = "
        schema { query: Root }
        type Root { a: String, b: String!, item: Item, sure: Item!, items: [Item], all: [Item!]!, some: [Item!], pet: Pet }
        type Item { x: String, y: String!, sub: Item, must: Item! }
        interface Pet { name: String! }
        type Dog implements Pet { name: String!, bark: String }
    ";

    fn completed(query: &str, data: Value, paths: &[&[&str]]) -> serde_json::Value {
        let segment = |text: &&str| match text.parse() {
            Ok(index) => PathSegment::Index(index),
            Err(_) => PathSegment::Field((*text).to_owned()),
        };
        let error = |path: &&[&str]| ServerError::new("no", None).with_path(path.iter().map(segment).collect());
        let mut response = Response::new(data);
        response.errors = paths.iter().map(error).collect();
        complete(&mut response, &Types::parse(SDL), &parse_query(query).unwrap(), None);
        response.data.into_json().unwrap()
    }

    #[test]
    fn what_failed_is_null_and_what_may_not_be_null_takes_its_parent() {
        let none = || Value::Null;
        let cases = [
            ("{ a }", none(), vec![vec!["a"]], r#"{"a":null}"#),
            ("{ b }", none(), vec![vec!["b"]], "null"),
            ("{ a b }", value!({ "a": "1" }), vec![vec!["b"]], "null"),
            ("{ b a }", value!({ "b": "1" }), vec![vec!["a"]], r#"{"b":"1","a":null}"#),
            ("{ c: a b }", value!({ "b": "1" }), vec![vec!["c"]], r#"{"c":null,"b":"1"}"#),
            ("{ ...F b } fragment F on Root { a }", value!({ "b": "1" }), vec![vec!["a"]], r#"{"a":null,"b":"1"}"#),
            ("{ item { x } }", value!({ "item": null }), vec![vec!["item", "x"]], r#"{"item":{"x":null}}"#),
            ("{ item { y } }", value!({ "item": null }), vec![vec!["item", "y"]], r#"{"item":null}"#),
            ("{ item { x y } }", value!({ "item": { "x": "1" } }), vec![vec!["item", "y"]], r#"{"item":null}"#),
            (
                "{ item { x y } }",
                value!({ "item": null }),
                vec![vec!["item", "y"], vec!["item", "x"]],
                r#"{"item":null}"#,
            ),
            (
                "{ item { x y } }",
                value!({ "item": null }),
                vec![vec!["item", "x"], vec!["item", "y"]],
                r#"{"item":null}"#,
            ),
            ("{ sure { y } a }", value!({ "sure": null, "a": "1" }), vec![vec!["sure", "y"]], "null"),
            (
                "{ item { sub { y } x } }",
                value!({ "item": { "x": "1", "sub": null } }),
                vec![vec!["item", "sub", "y"]],
                r#"{"item":{"sub":null,"x":"1"}}"#,
            ),
            (
                "{ item { must { y } x } }",
                value!({ "item": { "x": "1", "must": null } }),
                vec![vec!["item", "must", "y"]],
                r#"{"item":null}"#,
            ),
            (
                "{ items { y } }",
                value!({ "items": [{ "y": "1" }, null] }),
                vec![vec!["items", "1", "y"]],
                r#"{"items":[{"y":"1"},null]}"#,
            ),
            ("{ all { y } }", value!({ "all": [{ "y": "1" }, null] }), vec![vec!["all", "1", "y"]], "null"),
            ("{ some { y } }", value!({ "some": [null] }), vec![vec!["some", "0", "y"]], r#"{"some":null}"#),
            ("{ all { x } }", value!({ "all": [null] }), vec![vec!["all", "0", "x"]], r#"{"all":[{"x":null}]}"#),
            ("{ items { x } }", none(), vec![vec!["items"]], r#"{"items":null}"#),
            (
                "{ pet { name ... on Dog { bark } } }",
                value!({ "pet": { "name": "Fang" } }),
                vec![vec!["pet", "bark"]],
                r#"{"pet":{"name":"Fang","bark":null}}"#,
            ),
            ("{ pet { name } }", value!({ "pet": null }), vec![vec!["pet", "name"]], r#"{"pet":null}"#),
            ("{ a }", value!({ "a": "beside" }), vec![vec!["a"]], r#"{"a":"beside"}"#),
            ("{ a }", value!({ "a": "1" }), vec![vec![]], r#"{"a":"1"}"#),
            ("{ a }", value!({ "a": "1" }), vec![vec!["nowhere", "0"]], r#"{"a":"1"}"#),
        ];
        for (query, data, paths, expected) in cases {
            let paths: Vec<&[&str]> = paths.iter().map(Vec::as_slice).collect();
            assert_eq!(completed(query, data, &paths).to_string(), expected, "{query} {paths:?}");
        }
    }
}
