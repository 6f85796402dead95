//! What a function refuses with is sent as it is.

use start_runtime::schemars::JsonSchema;
use start_runtime::serde_json::{Value, json};
use start_runtime::{Response, prelude::*};

use crate::accounts::app;

pub struct Visitor;
#[extractor]
async fn visitor(event: APIEvent) -> Result<Visitor, Response> {
    if event.request.header("x-in").is_some() {
        return Ok(Visitor);
    }
    event.cookies().set(("seen", "1"));
    Err(Response::redirect("/login").header("x-why", "nobody"))
}

struct Coded;
#[extractor]
fn coded() -> Result<Coded, StatusCode> {
    Err(StatusCode::PAYMENT_REQUIRED)
}

#[derive(serde::Serialize, JsonSchema)]
#[schemars(crate = "start_runtime::schemars")]
struct Failure {
    error: &'static str,
}

struct Shaped;
#[extractor(responses(403 = "Never"))]
fn shaped() -> Result<Shaped, (StatusCode, Json<Failure>)> {
    Err((StatusCode::FORBIDDEN, Json(Failure { error: "no" })))
}

struct Broken;
#[extractor]
fn broken() -> Result<Broken, std::num::ParseIntError> {
    "x".parse::<u32>().map(|_| Broken)
}

struct Panics;
#[extractor]
fn panics() -> Result<Panics, Problem> {
    panic!("in a guard")
}

#[api_route(GET, "/guards/refusals/redirect")]
async fn redirected(_: Visitor) -> &'static str {
    "in"
}
#[api_route(GET, "/guards/refusals/handed")]
async fn handed(visitor: Result<Visitor, Problem>) -> Result<String, Problem> {
    match visitor {
        Ok(_) => Ok("in".into()),
        Err(problem) if problem.status() == 302 => Err(problem),
        Err(problem) => Ok(problem.to_string()),
    }
}
#[api_route(GET, "/guards/refusals/status")]
async fn status(_: Coded) {}
#[api_route(GET, "/guards/refusals/shaped", guard = shaped)]
async fn shape() {}
#[api_route(GET, "/guards/refusals/broken", guard = broken)]
async fn unexpected() {}
#[api_route(GET, "/guards/refusals/panics", guard = panics)]
async fn panicking() {}

#[start_runtime::test]
async fn a_refusal_is_sent_as_it_is() {
    let app = app();
    for path in ["/guards/refusals/redirect", "/guards/refusals/handed"] {
        let answer = app.get(path).await;
        assert_eq!(answer.status(), 302, "{path}");
        assert_eq!(answer.header("location"), Some("/login"), "{path}");
        assert_eq!(answer.header("x-why"), Some("nobody"), "{path}");
        assert!(answer.header("set-cookie").is_some_and(|cookie| cookie.starts_with("seen=1")), "{path}");
        assert_eq!(answer.text().await.unwrap(), "", "{path}");
        assert_eq!(app.get(path).header("x-in", "1").await.text().await.unwrap(), "in");
    }
    let answer = app.get("/guards/refusals/status").await;
    assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (402, ""));
    let answer = app.get("/guards/refusals/shaped").await;
    assert_eq!(answer.status(), 403);
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "error": "no" }));
    for path in ["/guards/refusals/broken", "/guards/refusals/panics"] {
        let answer = app.get(path).await;
        assert_eq!(answer.status(), 500, "{path}");
        let problem: Value = answer.json().await.unwrap();
        assert!(problem.get("detail").is_none() && problem["requestId"].is_string(), "{path}: {problem}");
    }
}
