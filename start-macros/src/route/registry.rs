//! Finds two routes of one crate that answer the same requests, while the crate compiles.
//!
//! One run of rustc is one crate, so a static in the macro sees the crate's routes one after the
//! other. Nothing guarantees that; the runtime checks again at start-up, and across crates.

use std::collections::BTreeMap;
use std::sync::Mutex;

use proc_macro2::{Ident, Span};

use crate::grammar::pattern::Segment;
use crate::grammar::shape::shape;
use crate::item::surroundings;
use crate::route::check::Route;
use crate::route::kind::Kind;
use crate::route::methods::method;

static SEEN: Mutex<Seen> =
    Mutex::new(Seen { routes: BTreeMap::new(), catch_alls: BTreeMap::new(), names: BTreeMap::new() });

struct Seen {
    routes: BTreeMap<RouteKey, Earlier>,
    catch_alls: BTreeMap<(bool, Vec<Segment>), Earlier>,
    /// The functions of each block of each file, with their places.
    names: BTreeMap<(String, usize, String), String>,
}

/// Page or API route, method, shape, and whether the shape comes from an optional segment (such a shape yields to a
/// route that is written out).
type RouteKey = (bool, &'static str, Vec<Segment>, bool);

struct Earlier {
    place: String,
    pattern: String,
}

/// Remembers a route; returns an error if an earlier one answers the same requests.
pub fn register(route: &Route<'_>) -> Option<syn::Error> {
    let ident = &route.function.sig.ident;
    let place = place(ident.span())?;
    let mut seen = SEEN.lock().ok()?;
    let earlier = || Earlier { place: place.clone(), pattern: route.pattern.clone() };
    let page = route.kind == Kind::Page;
    let mut conflict = None;
    for path in &route.paths {
        let shape = shape(path);
        for method in &route.methods {
            let key = (page, *method, shape.clone(), route.optional);
            if let Some(first) = seen.routes.get(&key) {
                conflict.get_or_insert(format!(
                    "duplicate route: `{method} {}` at {place} is already handled by `{}` at {}",
                    route.pattern, first.pattern, first.place
                ));
            } else {
                seen.routes.insert(key, earlier());
            }
        }
        if let Some(other) = other_catch_all(&shape) {
            if let Some(first) = seen.catch_alls.get(&(page, other)) {
                conflict.get_or_insert(format!(
                    "`{}` at {place} and `{}` at {} are two catch-alls at one place: which one should answer `/…/x`? Keep one of them",
                    route.pattern, first.pattern, first.place
                ));
            }
            seen.catch_alls.insert((page, shape), earlier());
        }
    }
    conflict.map(|message| syn::Error::new(ident.span(), message))
}

/// Remembers a function of a file. Adds an error and returns `true` if the same module has one of that name already, which
/// the compiler would report without a cure.
pub fn names(ident: &Ident, errors: &mut Vec<syn::Error>) -> bool {
    let (Some(place), Some(here)) = (surroundings::place(ident), place(ident.span())) else { return false };
    let Ok(mut seen) = SEEN.lock() else { return false };
    let key = (place.file.clone(), place.block().line, ident.to_string());
    let Some(first) = seen.names.insert(key, here.clone()).filter(|first| *first != here) else { return false };
    let (method, name) = match method(&ident.to_string()) {
        Some(method) => (method, format!("{}_students", method.to_lowercase())),
        None => ("GET", format!("{ident}_2")),
    };
    let message = format!(
        "`{ident}` is the function at {first} already: give this one a name of its own and write its method out (`#[api_route({method}, \"/…\")] async fn {name}()`), or put each into a `mod` or a file"
    );
    errors.push(syn::Error::new(ident.span(), message));
    true
}

/// The same shape with `[[...rest]]` in place of `[...rest]`, or the other way round.
fn other_catch_all(shape: &[Segment]) -> Option<Vec<Segment>> {
    let mut other = shape.to_vec();
    let catch_all = other.iter_mut().find(|segment| segment.catch_all().is_some())?;
    *catch_all = match catch_all {
        Segment::Rest(name) => Segment::OptionalRest(name.clone()),
        Segment::OptionalRest(name) => Segment::Rest(name.clone()),
        _ => return None,
    };
    Some(other)
}

/// A place such as `src/main.rs:12`; `None` in an editor's long-lived server, which expands a crate many times.
fn place(span: Span) -> Option<String> {
    if !proc_macro::is_available() {
        return None;
    }
    // Inside a macro, which was just checked, the compiler's own span is always there.
    let span = span.unwrap();
    span.local_file()?;
    Some(format!("{}:{}", span.file(), span.line()))
}
