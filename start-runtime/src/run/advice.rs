//! What a program can start with and hardly means: a line in the log for each, when the server starts.

use std::collections::BTreeSet;

use super::build::Prepared;
use crate::describe::{Answer, Operation, Schemas};
use crate::kernel::built_in::BUILT_IN;
use crate::kernel::{Route, Table};
use crate::router::RouteKind;
#[cfg(debug_assertions)]
use crate::start::linked;

/// Logs what is probably a mistake.
pub fn log(prepared: &Prepared, missing_options: &[String]) {
    let table = &prepared.app.table;
    let routes = || table.routes().iter().filter(|route| route.declaration.module != BUILT_IN);
    #[cfg(debug_assertions)]
    for line in linked::not_linked(&routes().copied().collect::<Vec<_>>()) {
        tracing::warn!(target: "start_runtime::advice", "{line}");
    }
    let own = routes().flat_map(|route| advice(route, table, prepared.pages.is_some()));
    let missing = missing_options.iter().map(|option| {
        format!("{option}, which nobody registers: it is always `None`. Register a value with `Start::data`, or leave it out")
    });
    for line in own.chain(missing) {
        tracing::warn!(target: "start_runtime::advice", "{line}");
    }
    let schemaless: BTreeSet<&str> = routes()
        .filter(|route| !route.hidden && route.kind == RouteKind::Api)
        .flat_map(|route| route.undocumented())
        .collect();
    if !schemaless.is_empty() {
        let names: Vec<&str> = schemaless.into_iter().collect();
        tracing::info!(
            target: "start_runtime::advice",
            "without a schema in the document: {}. Add `#[derive(JsonSchema)]` of schemars 1 (`start_runtime::schemars`)",
            names.join(", ")
        );
    }
}

fn advice(route: &Route, table: &Table, has_pages: bool) -> Vec<String> {
    let mut schemas = Schemas::new();
    let mut operation = Operation::new(Some(&mut schemas));
    route.describe(&mut operation);
    let mut lines = Vec::new();
    let mut say =
        |what: &str| lines.push(format!("{} {} at {} {what}", route.methods.join(", "), route.pattern, route.place()));
    let reads = route.methods.iter().any(|method| matches!(*method, "GET" | "HEAD"));
    let returns_nothing = operation.may_be_empty && matches!(operation.answer, Answer::Nothing | Answer::Anything);
    if route.kind == RouteKind::Api
        && reads
        && returns_nothing
        && !operation.any_status
        && route.status.is_none()
        && !has_pages
        && !has_page(route, table)
    {
        say(
            "returns nothing, and no page has its path: each GET is answered with 404. Return a value, or write a `#[page_route]`",
        );
    }
    if route.kind == RouteKind::Page && matches!(operation.answer, Answer::Json(_)) {
        say("is a page and returns JSON. Return the page as a `String`, or make it an `#[api_route]`");
    }
    lines
}

fn has_page(route: &Route, table: &Table) -> bool {
    let pages = table.routes().iter().filter(|other| other.kind == RouteKind::Page);
    pages
        .into_iter()
        .any(|page| page.paths.iter().any(|path| route.paths.iter().any(|own| own.segments == path.segments)))
}
