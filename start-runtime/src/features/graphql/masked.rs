//! Which errors of resolvers a client may read.
//!
//! As everywhere in Start, a text that was not written for clients stays inside: an error that has become one of
//! async-graphql by `?` is logged, goes to `on_error`, and is sent as "Internal Server Error".

use actix_web::HttpRequest;
use async_graphql::{ErrorExtensionValues, ServerError, Value};

use crate::http::RequestId;
use crate::kernel::App;
use crate::response::Problem;

/// What a client reads of an error: the text if it says so itself (`async_graphql::Error::new`, or an error that was given
/// extensions), or if it is a problem of the client (a [`Problem`] below 500).
pub fn masked(error: &mut ServerError, app: &App, http: &HttpRequest) {
    let Some(problem) = inner(error) else { return };
    let status = problem.status();
    let mut extensions = error.extensions.take().unwrap_or_default();
    extensions.set("status", i32::from(status.as_u16()));
    if status.is_server_error() {
        error.message = status.canonical_reason().unwrap_or("Internal Server Error").to_owned();
        extensions.set("code", "INTERNAL_SERVER_ERROR");
        extensions.set("requestId", RequestId::of(http).text());
        // It logs the cause, and asks the hook. The hook's response is that of a whole answer, which this is not.
        drop(app.render(problem, http));
    } else {
        error.message = problem.detail().unwrap_or(problem.title()).to_owned();
        members(&problem, &mut extensions);
    }
    error.source = None;
    error.extensions = Some(extensions);
}

/// The problem behind an error whose text does not say itself that it may be read.
fn inner(error: &ServerError) -> Option<Problem> {
    if let Some(problem) = error.source::<Problem>() {
        return Some(problem.clone());
    }
    // async-graphql's own, for a type that the program has forgotten to give to the schema.
    let is_forgotten = error.message.starts_with("Data `") && error.message.ends_with("` does not exist.");
    let is_foreign = error.source.is_some() && error.extensions.is_none();
    (is_foreign || is_forgotten).then(|| Problem::internal(&error.message))
}

fn members(problem: &Problem, extensions: &mut ErrorExtensionValues) {
    if let Ok(serde_json::Value::Object(all)) = serde_json::to_value(problem) {
        for (name, value) in all {
            if !["type", "title", "status", "detail"].contains(&name.as_str())
                && let Ok(value) = Value::from_json(value)
            {
                extensions.set(name, value);
            }
        }
    }
}
