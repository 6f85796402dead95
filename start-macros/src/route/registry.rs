//! Finds two routes of one crate that answer the same requests, while the crate compiles.
//!
//! One run of rustc is one crate, so a static in the macro sees the crate's routes one after the
//! other. Nothing guarantees that; the runtime checks again at start-up, and across crates.

use std::collections::BTreeMap;
use std::sync::Mutex;

use proc_macro2::Ident;

use crate::grammar::pattern::Segment;
use crate::grammar::shape::shape;
use crate::item::seen;
use crate::route::check::Route;
use crate::route::kind::Kind;
use crate::route::methods::method;

static SEEN: Mutex<Seen> = Mutex::new(Seen { routes: BTreeMap::new(), catch_alls: BTreeMap::new() });

struct Seen {
    routes: BTreeMap<RouteKey, Earlier>,
    catch_alls: BTreeMap<(bool, Vec<Segment>), Earlier>,
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
    let place = seen::place(ident.span())?;
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

/// Remembers a function of a file. Adds an error and returns `true` if the same module has one of that name already.
pub fn names(ident: &Ident, errors: &mut Vec<syn::Error>) -> bool {
    let Some(first) = seen::earlier(ident) else { return false };
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
