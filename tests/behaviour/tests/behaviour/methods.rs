//! Which handler a method finds: HEAD, OPTIONS, ANY, and 405.

use start_runtime::actix_web::http::Method;
use start_runtime::prelude::*;
use start_runtime::{Response, test};

#[api_route("/m/items")]
mod items {
    use super::*;

    async fn GET(event: APIEvent) -> Response {
        Response::new(event.request.method().to_string()).header("X-Items", "3")
    }

    async fn POST() -> StatusCode {
        StatusCode::CREATED
    }
}

#[api_route("/m/any")]
mod any {
    use super::*;

    async fn GET() -> &'static str {
        "get"
    }

    async fn ANY(event: APIEvent) -> String {
        format!("any {}", event.request.method())
    }
}

#[api_route("/m/own")]
mod own {
    use super::*;

    async fn GET() -> &'static str {
        "get"
    }

    async fn HEAD() -> Response {
        Response::empty().header("X-Own", "head")
    }

    async fn OPTIONS() -> Response {
        Response::new("options").header("Allow", "GET")
    }
}

#[api_route(GET, POST, "/m/both")]
async fn both(event: APIEvent) -> String {
    event.request.method().to_string()
}

/// Two routes of one shape, with different names for the parameter.
#[api_route(GET, "/m/shape/[name]")]
async fn shape_get(name: String) -> String {
    format!("get {name}")
}

#[api_route(POST, "/m/shape/[id]")]
async fn shape_post(id: u32) -> String {
    format!("post {id}")
}

/// The best path decides: DELETE is not tried on the less specific pattern.
#[api_route(GET, "/m/best/new")]
async fn best_new() -> &'static str {
    "new"
}

#[api_route(DELETE, "/m/best/[id]")]
async fn best_delete(id: String) -> String {
    id
}

/// A route that is written out, beside one whose optional segment is left out.
#[api_route(GET, "/m/yield/[[lang]]/about")]
async fn yields(lang: Option<String>) -> String {
    format!("optional {lang:?}")
}

#[api_route(POST, "/m/yield/about")]
async fn written_out() -> &'static str {
    "written out"
}

#[start_runtime::test]
async fn head_is_answered_by_get_without_its_body() {
    let app = test::app();
    let answer = app.head("/m/items").await;
    assert_eq!((answer.status().as_u16(), answer.header("x-items")), (200, Some("3")));
    assert_eq!(answer.header("content-length"), Some("4"), "the length of the body that GET would have sent for HEAD");
    assert_eq!(answer.text().await.unwrap(), "");
    assert_eq!(app.head("/m/own").await.header("x-own"), Some("head"));
    assert_eq!(app.head("/m/any").await.header("content-length"), Some("3"), "GET comes before ANY");
    let missing = app.head("/m/nothing").await;
    assert_eq!(missing.status(), 404);
    assert_eq!(missing.text().await.unwrap(), "");
}

#[start_runtime::test]
async fn options_tell_what_is_allowed() {
    let app = test::app();
    let answer = app.options("/m/items").await;
    assert_eq!((answer.status().as_u16(), answer.header("allow")), (204, Some("GET, HEAD, POST, OPTIONS")));
    assert_eq!(answer.text().await.unwrap(), "");
    assert_eq!(app.options("/m/own").await.text().await.unwrap(), "options");
    assert_eq!(app.options("/m/any").await.text().await.unwrap(), "any OPTIONS");
    assert_eq!(app.options("/m/nothing").await.status(), 404);
}

#[start_runtime::test]
async fn a_missing_method_is_a_405_with_allow() {
    let app = test::app();
    for method in [Method::PUT, Method::TRACE, Method::from_bytes(b"BREW").unwrap()] {
        let answer = app.request(method.clone(), "/m/items").await;
        assert_eq!(
            (answer.status().as_u16(), answer.header("allow")),
            (405, Some("GET, HEAD, POST, OPTIONS")),
            "{method}"
        );
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{method}");
    }
    assert_eq!(app.delete("/m/best/new").await.status(), 405);
    assert_eq!(app.delete("/m/best/old").await.text().await.unwrap(), "old");
}

#[start_runtime::test]
async fn any_takes_what_has_no_handler_of_its_own() {
    let app = test::app();
    assert_eq!(app.get("/m/any").await.text().await.unwrap(), "get");
    for method in ["POST", "DELETE", "TRACE", "BREW"] {
        let answer = app.request(Method::from_bytes(method.as_bytes()).unwrap(), "/m/any").await;
        assert_eq!(answer.text().await.unwrap(), format!("any {method}"));
    }
}

#[start_runtime::test]
async fn one_shape_has_a_handler_for_each_method() {
    let app = test::app();
    assert_eq!(app.get("/m/both").await.text().await.unwrap(), "GET");
    assert_eq!(app.post("/m/both").await.text().await.unwrap(), "POST");
    assert_eq!(app.get("/m/shape/7").await.text().await.unwrap(), "get 7");
    assert_eq!(app.post("/m/shape/7").await.text().await.unwrap(), "post 7");
    assert_eq!(app.post("/m/shape/x").await.status(), 400);
    assert_eq!(app.get("/m/yield/about").await.text().await.unwrap(), "optional None");
    assert_eq!(app.post("/m/yield/about").await.text().await.unwrap(), "written out");
}
