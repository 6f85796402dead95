//! `routes`: the table of routes as text and as JSON, and behind it the procedures, which have names in place of paths.

use serde_json::{Value, json};

use crate::kernel::built_in::BUILT_IN;
use crate::kernel::{Procedure, Route, Step, Table, steps_of};
use crate::router::RouteKind;

/// A line for each route and each procedure, in columns.
pub fn text(table: &Table) -> String {
    let routes = own(table).map(|route| {
        let method = if route.kind == RouteKind::Page { "page".to_owned() } else { route.methods.join(",") };
        [method, route.pattern.to_owned(), route.function_path(), format!("{}{}", route.place(), marks(route))]
    });
    let procedures = Procedure::all().into_iter().map(|procedure| {
        let declaration = &procedure.declaration;
        let place = format!("{}{}", declaration.place(), procedure_marks(procedure));
        [procedure.kind.to_string(), procedure.path(), declaration.function_path(), place]
    });
    let rows: Vec<[String; 4]> = routes.chain(procedures).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2)];
    let line = |[method, path, handler, place]: &[String; 4]| {
        format!("{method:<0$}  {path:<1$}  {handler:<2$}  {place}\n", widths[0], widths[1], widths[2])
    };
    rows.iter().map(line).collect()
}

/// What else there is to know about a route: `  (deprecated, no schema: Post)`.
fn marks(route: &'static Route) -> String {
    let without = schemaless(route);
    in_parentheses([
        route.hidden.then(|| "hidden".to_owned()),
        route.declaration.deprecated.then(|| "deprecated".to_owned()),
        named(steps_of(route), "middleware"),
        named(steps_of(route), "guard"),
        (!without.is_empty()).then(|| format!("no schema: {}", without.join(", "))),
    ])
}

fn procedure_marks(procedure: &Procedure) -> String {
    let steps = procedure.all_steps();
    in_parentheses([
        procedure.declaration.deprecated.then(|| "deprecated".to_owned()),
        named(&steps, "middleware"),
        named(&steps, "guard"),
    ])
}

fn in_parentheses<const N: usize>(marks: [Option<String>; N]) -> String {
    let marks: Vec<String> = marks.into_iter().flatten().collect();
    if marks.is_empty() { String::new() } else { format!("  ({})", marks.join(", ")) }
}

/// The steps of one kind, outermost first: `guard: current_user, require_head`.
fn named(steps: &[Step], what: &str) -> Option<String> {
    let names = self::steps(steps, what);
    (!names.is_empty()).then(|| format!("{what}: {}", names.join(", ")))
}

fn steps(steps: &[Step], what: &str) -> Vec<&'static str> {
    let labels = steps.iter().map(Step::label);
    labels.filter(|label| label.what == what).map(|label| label.name).collect()
}

/// The types that the document cannot describe, because they do not implement `JsonSchema`.
fn schemaless(route: &'static Route) -> Vec<&'static str> {
    if route.hidden || route.kind == RouteKind::Page { Vec::new() } else { route.undocumented() }
}

/// An object for each method of each route.
pub fn json(table: &Table) -> String {
    let routes = own(table).flat_map(|route| route.methods.iter().map(move |method| object(route, method)));
    let routes: Vec<Value> = routes.chain(Procedure::all().into_iter().map(procedure_object)).collect();
    // A `Value` has only text keys, so it always serializes.
    serde_json::to_string_pretty(&routes).unwrap_or_default() + "\n"
}

fn object(route: &'static Route, method: &str) -> Value {
    let mut params: Vec<&str> = Vec::new();
    for name in route.paths.iter().flat_map(|path| path.params) {
        if !params.contains(name) {
            params.push(name);
        }
    }
    json!({
        "method": method,
        "path": route.pattern,
        "kind": if route.kind == RouteKind::Page { "page" } else { "api" },
        "params": params,
        "handler": route.function_path(),
        "crate": route.crate_name(),
        "file": route.declaration.file,
        "line": route.declaration.line,
        "summary": route.declaration.doc_text().lines().next().unwrap_or_default(),
        "tag": route.tag,
        "hidden": route.hidden,
        "deprecated": route.declaration.deprecated,
        "middleware": steps(steps_of(route), "middleware"),
        "guards": steps(steps_of(route), "guard"),
        "security": route.security,
        "withoutSchema": schemaless(route),
    })
}

/// The members that a procedure has as well. Its method is its kind, its path its name.
fn procedure_object(procedure: &Procedure) -> Value {
    let (declaration, all) = (&procedure.declaration, procedure.all_steps());
    json!({
        "method": procedure.kind.name(),
        "path": procedure.path(),
        "kind": "procedure",
        "handler": declaration.function_path(),
        "crate": declaration.crate_name(),
        "file": declaration.file,
        "line": declaration.line,
        "summary": declaration.doc_text().lines().next().unwrap_or_default(),
        "deprecated": declaration.deprecated,
        "middleware": steps(&all, "middleware"),
        "guards": steps(&all, "guard"),
    })
}

fn own(table: &Table) -> impl Iterator<Item = &&'static Route> {
    table.routes().iter().filter(|route| route.declaration.module != BUILT_IN)
}
