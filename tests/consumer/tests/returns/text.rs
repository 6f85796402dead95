//! `&str` and `String`: plain text from an API route, HTML from a page.

use std::borrow::Cow;

use start_runtime::prelude::*;

use crate::{HTML, TEXT, expect};

#[api_route(GET, "/text/str")]
async fn text() -> &'static str {
    "a"
}

#[api_route(GET, "/text/string")]
async fn string() -> String {
    "a".into()
}

#[api_route(GET, "/text/cow")]
async fn cow() -> Cow<'static, str> {
    "a".into()
}

#[api_route(GET, "/text/box")]
async fn boxed() -> Box<str> {
    "a".into()
}

#[api_route(GET, "/text/some")]
async fn some() -> Option<String> {
    Some("a".into())
}

#[api_route(GET, "/text/ok")]
async fn ok() -> Result<&'static str, Problem> {
    Ok("a")
}

#[api_route(GET, "/text/ok-some")]
async fn ok_some() -> Result<Option<&'static str>, Problem> {
    Ok(Some("a"))
}

#[api_route(GET, "/text/opaque")]
async fn opaque() -> impl Into<String> + serde::Serialize {
    "a"
}

#[api_route(POST, "/text/created", status = 201)]
async fn created() -> String {
    "a".into()
}

#[page_route("/page/str")]
async fn page_text() -> &'static str {
    "a"
}

#[page_route("/page/string")]
fn page_string() -> String {
    "a".into()
}

#[page_route("/page/ok")]
async fn page_ok() -> Result<String, Problem> {
    Ok("a".into())
}

#[page_route("/page/gone", status = 410)]
async fn page_gone() -> &'static str {
    "a"
}

#[start_runtime::test]
async fn text_of_an_api_route_is_plain() {
    for name in ["str", "string", "cow", "box", "some", "ok", "ok-some"] {
        expect("GET", &format!("/text/{name}"), 200, TEXT, "a").await;
    }
    expect("POST", "/text/created", 201, TEXT, "a").await;
}

/// `impl Into<String>` hides that it is text; only `Serialize` is known.
#[start_runtime::test]
async fn a_hidden_text_is_what_its_traits_say() {
    expect("GET", "/text/opaque", 200, crate::JSON, "\"a\"").await;
}

#[start_runtime::test]
async fn text_of_a_page_is_html() {
    for name in ["str", "string", "ok"] {
        expect("GET", &format!("/page/{name}"), 200, HTML, "a").await;
    }
    expect("GET", "/page/gone", 410, HTML, "a").await;
    expect("HEAD", "/page/str", 200, HTML, "").await;
}
