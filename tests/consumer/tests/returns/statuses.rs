//! `StatusCode`, and pairs of a status and a value.

use start_runtime::Response;
use start_runtime::actix_web::web;
use start_runtime::prelude::*;

use crate::{HTML, JSON, TEXT, expect};

#[api_route(GET, "/status/alone")]
async fn alone() -> StatusCode {
    StatusCode::IM_A_TEAPOT
}

#[api_route(DELETE, "/status/no-content")]
async fn no_content() -> Result<StatusCode, Problem> {
    Ok(StatusCode::NO_CONTENT)
}

#[api_route(GET, "/status/before-json")]
async fn before_json() -> (StatusCode, Vec<u8>) {
    (StatusCode::CREATED, vec![1])
}

#[api_route(GET, "/status/before-list")]
async fn before_list() -> (StatusCode, [u8; 1]) {
    (StatusCode::CREATED, [1])
}

#[api_route(GET, "/status/after-list")]
async fn after_list() -> ([u8; 1], StatusCode) {
    ([1], StatusCode::CREATED)
}

#[api_route(GET, "/status/before-wrapped")]
async fn before_wrapped() -> (StatusCode, Json<u8>) {
    (StatusCode::CREATED, Json(1))
}

#[api_route(GET, "/status/after-actix")]
async fn after_actix() -> (web::Json<u8>, StatusCode) {
    (web::Json(1), StatusCode::CREATED)
}

#[api_route(GET, "/status/before-text")]
async fn before_text() -> (StatusCode, &'static str) {
    (StatusCode::CREATED, "a")
}

#[api_route(GET, "/status/after-text")]
async fn after_text() -> (String, StatusCode) {
    ("a".into(), StatusCode::CREATED)
}

#[api_route(GET, "/status/before-response")]
async fn before_response() -> (StatusCode, Response) {
    (StatusCode::CREATED, Response::new("a"))
}

#[api_route(GET, "/status/ok")]
async fn ok() -> Result<(StatusCode, &'static str), Problem> {
    Ok((StatusCode::CREATED, "a"))
}

#[api_route(GET, "/status/some")]
async fn some() -> Option<(&'static str, StatusCode)> {
    Some(("a", StatusCode::CREATED))
}

#[api_route(GET, "/status/stronger", status = 202)]
async fn stronger() -> (StatusCode, &'static str) {
    (StatusCode::CREATED, "a")
}

#[api_route(GET, "/status/no-body")]
async fn no_body() -> (StatusCode, &'static str) {
    (StatusCode::NO_CONTENT, "a")
}

#[api_route(GET, "/status/failed")]
async fn failed() -> (StatusCode, &'static str) {
    (StatusCode::INTERNAL_SERVER_ERROR, "a")
}

#[api_route(GET, "/status/failed-json")]
async fn failed_json() -> (StatusCode, [u8; 1]) {
    (StatusCode::SERVICE_UNAVAILABLE, [1])
}

#[api_route(GET, "/status/pair-of-unit")]
async fn pair_of_unit() -> (StatusCode, ()) {
    (StatusCode::CREATED, ())
}

#[page_route("/status/page")]
async fn page() -> (StatusCode, String) {
    (StatusCode::NOT_FOUND, "a".into())
}

#[start_runtime::test]
async fn a_status_alone_has_no_body() {
    expect("GET", "/status/alone", 418, None, "").await;
    expect("DELETE", "/status/no-content", 204, None, "").await;
}

#[start_runtime::test]
async fn a_status_may_stand_before_or_after_a_value() {
    for name in ["before-list", "after-list"] {
        expect("GET", &format!("/status/{name}"), 201, JSON, "[1]").await;
    }
    for name in ["before-wrapped", "after-actix"] {
        expect("GET", &format!("/status/{name}"), 201, JSON, "1").await;
    }
    for name in ["before-text", "after-text", "before-response", "ok", "some"] {
        expect("GET", &format!("/status/{name}"), 201, TEXT, "a").await;
    }
    expect("GET", "/status/before-json", 201, Some("application/octet-stream"), "\u{1}").await;
    expect("GET", "/status/page", 404, HTML, "a").await;
    expect("GET", "/status/failed", 500, TEXT, "a").await;
    expect("GET", "/status/failed-json", 503, JSON, "[1]").await;
}

#[start_runtime::test]
async fn a_returned_status_is_stronger_than_that_of_the_attribute() {
    expect("GET", "/status/stronger", 201, TEXT, "a").await;
}

/// RFC 9110, section 15.3.5.
#[start_runtime::test]
async fn a_204_has_no_body_whatever_stands_beside_it() {
    expect("GET", "/status/no-body", 204, None, "").await;
}

#[start_runtime::test]
async fn a_status_beside_nothing_is_sent_without_a_body() {
    expect("GET", "/status/pair-of-unit", 201, None, "").await;
}
