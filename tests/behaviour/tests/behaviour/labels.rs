//! What an error answer calls things: the place in a body, and the type that was expected.

use std::collections::BTreeMap;

use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, json};
use start_runtime::{Cookie, Header, test};

#[api_route(POST, "/labels/map")]
async fn map(Json(map): Json<BTreeMap<String, u8>>) -> usize {
    map.len()
}

#[derive(serde::Deserialize)]
struct Named {
    #[serde(rename = "a b%20ü\"")]
    _odd: u8,
}

#[api_route(POST, "/labels/missing")]
async fn missing(Json(_named): Json<Named>) {}

#[api_route(GET, "/labels/header")]
async fn header(Header(x_name): Header<Option<String>>, Header(x_count): Header<Option<u32>>) -> String {
    format!("{x_name:?} {x_count:?}")
}

#[api_route(GET, "/labels/cookie")]
async fn cookie(Cookie(count): Cookie<Option<u32>>) -> String {
    format!("{count:?}")
}

#[api_route(GET, "/labels/[[page]]/optional")]
async fn optional(page: Option<u8>) -> String {
    format!("{page:?}")
}

#[start_runtime::test]
async fn a_pointer_in_an_answer_is_the_fragment_of_a_uri() {
    let app = test::app();
    for (key, pointer) in [
        ("a", "#/a"),
        ("a b%20ü\"", "#/a%20b%2520%C3%BC%22"),
        ("a/b~c", "#/a~1b~0c"),
        ("#?&=+@:!$'()*,;", "#/%23?&=+@:!$'()*,;"),
        ("<[{|\\^`}]>", "#/%3C%5B%7B%7C%5C%5E%60%7D%5D%3E"),
        ("\n日", "#/%0A%E6%97%A5"),
    ] {
        let problem: Value = app.post("/labels/map").json(&json!({ key: "x" })).await.json().await.unwrap();
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{key}");
    }
    let problem: Value = app.post("/labels/missing").json(&json!({})).await.json().await.unwrap();
    assert_eq!(problem["errors"][0]["pointer"], "#/a%20b%2520%C3%BC%22");
}

#[start_runtime::test]
async fn the_expected_type_has_one_name_everywhere() {
    let app = test::app();
    let expected = async |path: &str, name: &str, value: &str| -> Value {
        let problem: Value = app.get(path).header(name, value).await.json().await.unwrap();
        problem["errors"][0]["expected"].clone()
    };
    assert_eq!(expected("/labels/header", "x-count", "many").await, "u32");
    assert_eq!(expected("/labels/cookie", "cookie", "count=many").await, "u32");
    assert_eq!(expected("/labels/many/optional", "x-none", "").await, "u8");
}
