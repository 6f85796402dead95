//! What is checked of guards and extractor functions when the program starts: the parameters that they take by name are
//! in the paths of their routes, and what the document says is asked for is asked for.

use std::collections::BTreeSet;

use crate::base::StartError;
use crate::describe::{Operation, WantedKind, WantedParam};
use crate::http::is_alike;
use crate::kernel::{Route, Table, idle_steps};
use crate::router::{RouteKind, RoutePath, Segment, SegmentPart};

/// Returns an error if an extractor function takes a parameter that the path of one of its routes does not have, or a
/// body.
pub fn check(table: &Table) -> Result<(), StartError> {
    let mut faults = BTreeSet::new();
    for route in table.routes() {
        let operation = described(route);
        faults.extend(operation.wanted_params.iter().filter_map(|wanted| missing(route, wanted)));
        faults.extend(operation.early_bodies.iter().map(|function| {
            format!("{function} takes the body, and runs before it is read: take the body in the handler")
        }));
    }
    if faults.is_empty() {
        return Ok(());
    }
    let faults: Vec<String> = faults.into_iter().collect();
    Err(StartError::new(format!("extractors do not fit their routes:\n  {}", faults.join("\n  "))))
}

/// Logs what seems to be guarded and is not.
pub fn warn(table: &Table) {
    for route in table.routes().iter().filter(|route| route.kind == RouteKind::Api && !route.security.is_empty()) {
        let operation = described(route);
        let checked: BTreeSet<&str> =
            operation.security.iter().flat_map(|alternative| alternative.keys()).map(String::as_str).collect();
        for name in route.security.iter().filter(|name| !checked.contains(*name)) {
            tracing::warn!(
                target: "start_runtime::guards",
                "nobody checks `security = \"{name}\"` of {} {} at {}: it is documented, and lets everybody in. \
                 Write `guard = …` with a function that has `#[extractor(security = …)]`, or take the type that such a function finds",
                route.methods.join(", "),
                route.pattern,
                route.place()
            );
        }
    }
    for (what, step) in idle_steps(table.routes()) {
        tracing::warn!(target: "start_runtime::guards", "the {what} {step} stands before no route: it is for the module that it is written in, and those in it");
    }
}

fn described(route: &'static Route) -> Operation<'static> {
    let mut operation = Operation::new(None);
    route.document(&mut operation);
    operation
}

/// What is wrong with the paths of a route, for a function that takes a parameter.
fn missing(route: &Route, wanted: &WantedParam) -> Option<String> {
    let WantedParam { name, kind, by } = wanted;
    let has = |path: &RoutePath| path.params.iter().any(|param| is_alike(param, name));
    let fault = match kind {
        WantedKind::Rest
            if !route.paths.iter().any(|path| catch_all(path).is_some_and(|param| is_alike(param, name))) =>
        {
            format!("has no catch-all of that name: write `[...{name}]` in the path")
        }
        WantedKind::One if route.paths.iter().any(has) && !route.paths.iter().all(has) => {
            format!("may be without it: let the function take an `Option`, or write `[{name}]` in the path")
        }
        WantedKind::One | WantedKind::Optional if !route.paths.iter().any(has) => {
            format!("has no such param: write `[{name}]` in the path, or do not use the function there")
        }
        _ => return None,
    };
    Some(format!(
        "`{}` at {} takes the path param `{name}`, and {} {} at {} {fault}",
        by.function,
        by.place(),
        route.methods.join(", "),
        route.pattern,
        route.place()
    ))
}

/// The name of a path's catch-all.
fn catch_all(path: &RoutePath) -> Option<&'static str> {
    let at = path.segments.iter().position(Segment::is_catch_all)?;
    let params = |segment: &Segment| match segment {
        Segment::Literal(_) => 0,
        Segment::Param | Segment::Rest | Segment::OptionalRest => 1,
        Segment::Mixed(parts) | Segment::MixedRest(parts) => {
            parts.iter().filter(|part| **part == SegmentPart::Param).count()
        }
    };
    path.params.get(path.segments[..at].iter().map(params).sum::<usize>()).copied()
}
