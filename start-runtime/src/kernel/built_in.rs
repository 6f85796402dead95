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
    let segments = segments(path)?;
    let paths = vec![RoutePath { segments: segments.leak(), params: &[] }];
    Ok(Box::leak(Box::new(route(function, path.to_owned().leak(), paths.leak(), adapter))))
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
