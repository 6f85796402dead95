//! Answers held against the document: for the tests of Start itself.

use actix_web::http::Method;
use actix_web::web::Bytes;
use serde_json::Value;

use crate::document;
use crate::event::FetchResponse;
use crate::kernel::Worker;

/// A check that every answer of a [`TestApp`](super::TestApp) goes through, if its route is in the document, and neither
/// middleware nor `on_error` can have changed it. It panics if the answer is not what the document says.
pub struct AnswerCheck(pub fn(&Answered<'_>));

inventory::collect!(AnswerCheck);

/// An answer, and what the document says of its route.
pub struct Answered<'a> {
    pub document: &'a Value,
    pub operation: &'a Value,
    /// Method and path, for messages.
    pub request: String,
    pub status: u16,
    pub content_type: Option<&'a str>,
    /// The body, if it is JSON that was sent at once.
    pub json: Option<Bytes>,
}

/// Passes an answer to the checks.
pub fn check(
    worker: &Worker,
    document: impl FnOnce() -> Value,
    method: &Method,
    path: &str,
    answer: FetchResponse,
) -> FetchResponse {
    let app = &worker.app;
    let mut checks = inventory::iter::<AnswerCheck>().peekable();
    if checks.peek().is_none() || app.has_middleware || app.on_error.is_some() {
        return answer;
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let found = app.table.find(path).ok().and_then(|found| app.table.methods(&found.api?).entry(method));
    let Some(entry) = found else { return answer };
    let document = document();
    let operation = document::operation_of(&document, &app.table, entry.route, method.as_str());
    let Some(operation) = operation else { return answer };
    let (answer, body) = answer.buffered();
    let answered = Answered {
        document: &document,
        operation,
        request: format!("{method} {path}"),
        status: answer.status().as_u16(),
        content_type: answer.header("content-type"),
        json: body,
    };
    for AnswerCheck(check) in checks {
        check(&answered);
    }
    answer
}
