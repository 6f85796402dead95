//! `()` and `None`: the page of the path for GET and HEAD, else 204 and 404.

use start_runtime::prelude::*;

use crate::{HTML, expect, problem};

#[api_route(GET, POST, "/nothing/unit")]
async fn unit() {}

#[api_route(GET, POST, "/nothing/none")]
async fn none() -> Option<String> {
    None
}

#[api_route(GET, POST, "/nothing/ok-unit")]
async fn ok_unit() -> Result<(), Problem> {
    Ok(())
}

#[api_route(GET, POST, "/nothing/ok-none")]
async fn ok_none() -> Result<Option<String>, Problem> {
    Ok(None)
}

#[api_route(GET, POST, "/nothing/some-unit")]
async fn some_unit() -> Option<()> {
    Some(())
}

#[api_route(GET, POST, "/nothing/none-unit")]
async fn none_unit() -> Option<()> {
    None
}

#[api_route(GET, POST, "/nothing/none-status", status = 201)]
async fn none_with_a_status() -> Option<String> {
    None
}

#[api_route(POST, "/nothing/reset", status = 205)]
async fn reset() {}

#[api_route(GET, "/nothing/with-page/unit")]
async fn unit_with_page() {}

#[page_route("/nothing/with-page/unit")]
async fn page_of_unit() -> &'static str {
    "a"
}

#[api_route(GET, "/nothing/with-page/none")]
async fn none_with_page() -> Option<String> {
    None
}

#[page_route("/nothing/with-page/none")]
async fn page_of_none() -> &'static str {
    "a"
}

#[page_route("/nothing/page")]
async fn empty_page() {}

#[start_runtime::test]
async fn nothing_for_a_reader_is_a_404_where_there_is_no_page() {
    for name in ["unit", "none", "ok-unit", "ok-none", "some-unit", "none-unit", "none-status", "page"] {
        problem("GET", &format!("/nothing/{name}"), 404).await;
    }
}

#[start_runtime::test]
async fn unit_for_other_methods_is_a_204() {
    for name in ["unit", "ok-unit", "some-unit"] {
        expect("POST", &format!("/nothing/{name}"), 204, None, "").await;
    }
    expect("POST", "/nothing/reset", 205, None, "").await;
}

#[start_runtime::test]
async fn none_for_other_methods_is_a_404() {
    for name in ["none", "ok-none", "none-unit", "none-status"] {
        problem("POST", &format!("/nothing/{name}"), 404).await;
    }
}

#[start_runtime::test]
async fn the_page_of_the_path_answers_in_place_of_nothing() {
    for name in ["unit", "none"] {
        let path = format!("/nothing/with-page/{name}");
        expect("GET", &path, 200, HTML, "a").await;
        expect("HEAD", &path, 200, HTML, "").await;
    }
}
