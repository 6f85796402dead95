//! The routes of a document by their patterns, for clients that know the patterns of the program.

use std::collections::BTreeMap;

use serde_json::Value;

use super::paths::{PathOperation, fillable, operations};
use crate::kernel::{SOCKET, Table};
use crate::router::Segment;

/// The operations of one pattern.
pub struct RouteTypes<'d> {
    /// As the user wrote it.
    pub pattern: &'static str,
    /// The paths that it stands for, most parameters first, to be filled in.
    pub paths: Vec<String>,
    /// The operations by method.
    pub methods: Vec<MethodTypes<'d>>,
}

/// What one method of a pattern takes and answers.
pub struct MethodTypes<'d> {
    pub method: &'static str,
    /// Its Operation Object.
    pub operation: &'d Value,
    pub params: Vec<PathParam<'d>>,
}

/// A parameter of the path, by the name that the route has for it.
pub struct PathParam<'d> {
    pub name: &'static str,
    /// Absent for a parameter that is nothing but text.
    pub schema: Option<&'d Value>,
    /// Whether the pattern has no path without it.
    pub required: bool,
    /// Whether it stands for any number of segments.
    pub is_catch_all: bool,
}

/// The routes of a document in the order of their patterns. Sockets are left out, and what the document leaves out.
pub fn route_types<'d>(document: &'d Value, table: &Table) -> Vec<RouteTypes<'d>> {
    let mut routes: BTreeMap<&'static str, RouteTypes<'d>> = BTreeMap::new();
    for place in operations(table).iter().filter(|place| place.method != SOCKET) {
        let Some(operation) = operation(document, place) else { continue };
        let route = routes.entry(place.route.pattern).or_insert_with(|| RouteTypes {
            pattern: place.route.pattern,
            paths: Vec::new(),
            methods: Vec::new(),
        });
        for path in place.route.paths {
            let path = fillable(path);
            if !route.paths.contains(&path) {
                route.paths.push(path);
            }
        }
        let params = params(place, operation);
        match route.methods.iter_mut().find(|known| known.method == place.method) {
            // The same handler: its paths differ in their parameters alone.
            Some(known) => {
                for param in params {
                    if !known.params.iter().any(|own| own.name == param.name) {
                        known.params.push(param);
                    }
                }
            }
            None => route.methods.push(MethodTypes { method: place.method, operation, params }),
        }
    }
    let mut routes: Vec<RouteTypes<'d>> = routes.into_values().collect();
    for route in &mut routes {
        // An optional parameter that is given belongs to a longer path.
        route.paths.sort_by_key(|path| std::cmp::Reverse(path.matches('{').count()));
    }
    routes
}

fn operation<'d>(document: &'d Value, place: &PathOperation) -> Option<&'d Value> {
    if !place.inexpressible {
        return document.get("paths")?.get(&place.template)?.get(place.method.to_lowercase());
    }
    let others = document.get("x-start-routes")?.as_array()?;
    let is_own = |other: &&Value| {
        other["method"] == place.method && other["pattern"] == place.route.pattern && other["path"] == *place.template
    };
    others.iter().find(is_own)?.get("operation")
}

fn params<'d>(place: &PathOperation, operation: &'d Value) -> Vec<PathParam<'d>> {
    let documented = operation["parameters"].as_array();
    let schema = |name: &str| {
        let is_own = |param: &&Value| param["in"] == "path" && param["name"] == *name;
        documented?.iter().find(is_own)?.get("schema")
    };
    let paths = place.route.paths;
    let param = |(index, (name, own)): (usize, (&&'static str, &&'static str))| {
        let may_be_empty = |path: &crate::router::RoutePath| path.segments.contains(&Segment::OptionalRest);
        let is_catch_all = place.catch_all.is_some_and(|catch_all| catch_all.param == index);
        PathParam {
            name: own,
            schema: schema(name),
            required: paths.iter().all(|path| path.params.contains(own))
                && !(is_catch_all && paths.iter().any(may_be_empty)),
            is_catch_all,
        }
    };
    place.params.iter().zip(&place.own_params).enumerate().map(param).collect()
}
