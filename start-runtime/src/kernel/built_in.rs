//! Routes of Start itself (docs, metrics), at paths that are known when the program runs.

use std::borrow::Cow;

use super::record::{Adapter, Declaration, Package, Route};
use crate::router::{RequestPath, RouteKind, RoutePath, Segment};

/// The crate name of these routes.
pub const BUILT_IN: &str = "start_runtime";

/// A route for GET and HEAD that no document lists.
pub const fn route(
    function: &'static str,
    pattern: &'static str,
    paths: &'static [RoutePath],
    adapter: Adapter,
) -> Route {
    Route {
        declaration: Declaration {
            package: Package::NONE,
            module: BUILT_IN,
            function,
            file: file!(),
            line: line!(),
            docs: &[],
            deprecated: false,
        },
        kind: RouteKind::Api,
        methods: &["GET"],
        pattern,
        paths,
        optional: false,
        status: None,
        tag: None,
        hidden: true,
        body_limit: None,
        security: &[],
        steps: &[],
        adapter,
    }
}

/// Such a route at a path from the settings. Returns the reason if the path cannot have one. Like all routes, it lives
/// as long as the program.
pub fn route_at(function: &'static str, path: &str, adapter: Adapter) -> Result<&'static Route, String> {
    changed_route_at(function, path, adapter, |_| {})
}

/// The same for a route with other methods, or one that the document lists.
pub fn changed_route_at(
    function: &'static str,
    path: &str,
    adapter: Adapter,
    change: impl FnOnce(&mut Route),
) -> Result<&'static Route, String> {
    let segments = segments(path)?;
    let paths = vec![RoutePath { segments: segments.leak(), params: &[] }];
    let mut route = route(function, path.to_owned().leak(), paths.leak(), adapter);
    change(&mut route);
    Ok(Box::leak(Box::new(route)))
}

/// A route for all methods at a path from the settings, which may end with a catch-all: `/api/auth/$`, `/files/[...path]`
/// or `/files/[[...path]]`. No document lists it.
pub fn route_below(function: &'static str, pattern: &str, adapter: Adapter) -> Result<&'static Route, String> {
    let (before, last) = pattern.rsplit_once('/').unwrap_or(("", pattern));
    let (segment, name) = match catch_all(last) {
        Some((segment, name)) => (segment, name),
        None => return route_at(function, pattern, adapter).map(|route| any_method(route, route.paths)),
    };
    let before = if before.is_empty() && pattern.starts_with('/') { "/" } else { before };
    let mut segments = segments(before)?;
    segments.push(segment);
    let params = vec![&*name.to_owned().leak()].leak();
    let paths = vec![RoutePath { segments: segments.leak(), params }];
    let pattern = pattern.to_owned().leak();
    Ok(Box::leak(Box::new(Route { methods: &["ANY"], ..route(function, pattern, paths.leak(), adapter) })))
}

fn any_method(known: &Route, paths: &'static [RoutePath]) -> &'static Route {
    let route = route(known.declaration.function, known.pattern, paths, known.adapter);
    Box::leak(Box::new(Route { methods: &["ANY"], ..route }))
}

/// The segment that these texts mean at the end of a pattern, and the name of its parameter.
fn catch_all(text: &str) -> Option<(Segment, &str)> {
    let is_name =
        |name: &&str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if text == "$" {
        return Some((Segment::OptionalRest, "_splat"));
    }
    let optional = text.strip_prefix("[[...").and_then(|rest| rest.strip_suffix("]]")).filter(is_name);
    let rest = || text.strip_prefix("[...").and_then(|rest| rest.strip_suffix(']')).filter(is_name);
    optional.map(|name| (Segment::OptionalRest, name)).or_else(|| rest().map(|name| (Segment::Rest, name)))
}

/// Removes one trailing slash, which has no meaning in any path.
pub fn without_slash(path: Cow<'static, str>) -> Cow<'static, str> {
    match path.strip_suffix('/') {
        Some(shorter) if !shorter.is_empty() => shorter.to_owned().into(),
        _ => path,
    }
}

fn segments(path: &str) -> Result<Vec<Segment>, String> {
    if let Some(sign) = path.chars().find(|sign| "?#[]{}$()".contains(*sign)) {
        return Err(format!("it is a path without params or a query: `{sign}` itself is written percent-encoded"));
    }
    let parsed = RequestPath::parse(path).map_err(|error| error.to_string())?;
    if parsed.has_empty_segment() {
        return Err("a segment of it is empty: nothing can ask for it".to_owned());
    }
    let literal = |index| Segment::Literal(parsed.segment(index).to_owned().leak());
    Ok((0..parsed.segment_count()).map(literal).collect())
}
