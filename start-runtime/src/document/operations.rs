//! From a route to its operation in a document.

use serde_json::Value;

use super::operation_id::operation_id;
use super::paths::operations;
use crate::kernel::{Route, Table};

/// The operation of a route for a method, if the document has one. HEAD is answered as GET.
pub fn operation_of<'d>(document: &'d Value, table: &Table, route: &'static Route, method: &str) -> Option<&'d Value> {
    let method = if method == "HEAD" && !route.methods.contains(&"HEAD") { "GET" } else { method };
    let places = operations(table);
    let place = places.iter().find(|place| std::ptr::eq(place.route, route) && place.method == method)?;
    let id = operation_id(place);
    let items = document["paths"].as_object().into_iter().flat_map(|paths| paths.values());
    let listed = items.flat_map(|item| item.as_object().into_iter().flat_map(|item| item.values()));
    let others = document["x-start-routes"].as_array().into_iter().flatten().map(|other| &other["operation"]);
    listed.chain(others).find(|operation| operation["operationId"] == id)
}
