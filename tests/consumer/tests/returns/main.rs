//! The table "What a handler may return", line by line.

#![forbid(unsafe_code)]
#![deny(warnings, clippy::pedantic)]

mod errors;
mod json;
mod nothing;
mod responders;
mod statuses;
mod text;

use start_runtime::actix_web::http::Method;
use start_runtime::test::app;

const JSON: Option<&str> = Some("application/json");
const TEXT: Option<&str> = Some("text/plain; charset=utf-8");
const HTML: Option<&str> = Some("text/html; charset=utf-8");
const PROBLEM: Option<&str> = Some("application/problem+json");

/// Sends a request; compares status, content type and body.
async fn expect(method: &str, path: &str, status: u16, content_type: Option<&str>, body: &str) {
    let method: Method = method.parse().unwrap();
    let answer = app().request(method.clone(), path).await;
    let seen = (answer.status().as_u16(), answer.header("content-type").map(str::to_owned));
    let text = answer.text().await.unwrap();
    assert_eq!((seen.0, seen.1.as_deref(), text.as_str()), (status, content_type, body), "{method} {path}");
}

/// Sends a request and expects a problem of this status. Returns its detail.
async fn problem(method: &str, path: &str, status: u16) -> Option<String> {
    let method: Method = method.parse().unwrap();
    let answer = app().request(method.clone(), path).await;
    assert_eq!(answer.status(), status, "{method} {path}");
    assert_eq!(answer.header("content-type"), PROBLEM, "{method} {path}");
    let problem: start_runtime::serde_json::Value = answer.json().await.unwrap();
    assert_eq!(problem["status"], status, "{method} {path}");
    problem["detail"].as_str().map(str::to_owned)
}
