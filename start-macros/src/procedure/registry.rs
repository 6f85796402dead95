//! Finds procedures of one module that stand in each other's way, while the crate compiles. Which router a module belongs
//! to is known to the linker alone: names of several modules are compared at start-up.

use std::collections::BTreeMap;
use std::sync::Mutex;

use proc_macro2::Span;

use crate::item::{seen, surroundings};
use crate::procedure::check::Procedure;
use crate::procedure::kind::Kind;

/// The names of each block of each file.
static SEEN: Mutex<BTreeMap<(String, usize), BTreeMap<String, Earlier>>> = Mutex::new(BTreeMap::new());

#[derive(Clone)]
struct Earlier {
    place: String,
    kind: Kind,
}

/// Remembers a procedure; returns an error if an earlier one of its module has the same name, or is a router there.
pub fn register(procedure: &Procedure<'_>, span: Span) -> Option<syn::Error> {
    let ident = &procedure.function.sig.ident;
    let (around, place) = (surroundings::place(ident)?, seen::place(ident.span())?);
    let mut seen = SEEN.lock().ok()?;
    let names = seen.entry((around.file.clone(), around.block().line)).or_default();
    let name = procedure.path();
    let found = conflict(names, &name, &place);
    let own = Earlier { place, kind: procedure.kind };
    names.entry(name).or_insert(own);
    found.map(|message| syn::Error::new(span, message))
}

fn conflict(names: &BTreeMap<String, Earlier>, name: &str, place: &str) -> Option<String> {
    let said = |earlier: &Earlier, name: &str| format!("the {} `{name}` at {}", earlier.kind.word(), earlier.place);
    if let Some(first) = names.get(name) {
        return Some(format!(
            "duplicate procedure: `{name}` at {place} is already {}: give one of them another name, such as `#[{}(\"{name}2\")]`",
            said(first, name),
            first.kind.attribute()
        ));
    }
    let is_inside = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'));
    let (other, first) = names.iter().find(|(other, _)| is_inside(other, name) || is_inside(name, other))?;
    let (outer, inner) = if is_inside(other, name) { (name, other.as_str()) } else { (other.as_str(), name) };
    Some(format!(
        "`{outer}` is a procedure, and the router of `{inner}`: compare {place} with {}, and give one of them another name",
        said(first, other)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_stand_in_each_others_way_are_told_apart() {
        let earlier = Earlier { place: "src/a.rs:1".to_owned(), kind: Kind::Query };
        let names = |name: &str| BTreeMap::from([(name.to_owned(), earlier.clone())]);
        let cases = [
            ("post", "post", Some("duplicate procedure: `post`")),
            ("post", "post.all", Some("`post` is a procedure, and the router of `post.all`")),
            ("post.all", "post", Some("`post` is a procedure, and the router of `post.all`")),
            ("post", "posts", None),
            ("post.all", "post.one", None),
            ("post", "post-all", None),
        ];
        for (first, second, expected) in cases {
            let found = conflict(&names(first), second, "src/a.rs:2");
            assert_eq!(found.is_some(), expected.is_some(), "{first} {second}: {found:?}");
            if let (Some(found), Some(expected)) = (found, expected) {
                assert!(found.starts_with(expected) && found.contains("src/a.rs:1"), "{found}");
            }
        }
    }
}
