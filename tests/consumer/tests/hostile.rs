//! The routes of the hostile library answer.

#![forbid(unsafe_code)]
#![deny(warnings, clippy::pedantic)]

use consumer as _;
use start_runtime::test::app;

/// Status and body of a GET.
async fn get(path: &str) -> (u16, String) {
    let answer = app().get(path).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Status and body of a POST with a JSON body.
async fn post(path: &str, body: &impl serde::Serialize) -> (u16, String) {
    let answer = app().post(path).json(body).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[start_runtime::test]
async fn types_may_have_any_name() {
    for name in ["ok", "err", "some", "none", "option", "result", "box", "string", "vec", "future"] {
        assert_eq!(get(&format!("/hostile/types/{name}")).await, (200, r#"{"is":1}"#.into()), "{name}");
    }
    for name in ["route", "segment", "part", "probe", "call", "outcome", "split", "text", "describe", "value"] {
        assert_eq!(get(&format!("/hostile/types/{name}")).await, (200, r#"{"is":1}"#.into()), "{name}");
    }
    assert_eq!(get("/hostile/types/a/2").await, (200, r#"{"is":1}"#.into()));
    assert_eq!(get("/hostile/page/a").await, (200, "a".into()));
    let one = start_runtime::serde_json::json!({ "is": 1 });
    assert_eq!(post("/hostile/types/body", &one).await, (201, r#"{"is":1}"#.into()));
}

#[start_runtime::test]
async fn functions_may_have_any_name() {
    for name in ["call", "bad", "value", "out", "docs", "output", "status", "a0", "main", "boxed", "param"] {
        assert_eq!(get(&format!("/hostile/functions/{name}")).await, (200, "1".into()), "{name}");
        assert_eq!(get(&format!("/hostile/functions/{name}/2")).await, (200, "2".into()), "{name}");
    }
    assert_eq!(get("/hostile/call").await, (200, "1".into()));
}

#[start_runtime::test]
async fn constants_macros_and_modules_may_have_any_name() {
    assert_eq!(get("/hostile/constants/2/3").await, (200, "5".into()));
    assert_eq!(post("/hostile/constants", &3).await, (201, "3".into()));
    assert_eq!(post("/hostile/constants", &"longer than 8 bytes").await.0, 413);
    assert_eq!(get("/hostile/macros/2").await, (200, r#"["2"]"#.into()));
    assert_eq!(get("/hostile/modules/2").await, (200, "2".into()));
    assert_eq!(post("/hostile/modules", &()).await, (200, "a".into()));
}

#[start_runtime::test]
async fn params_may_have_any_name() {
    assert_eq!(get("/hostile/params/a/b/c/d/e").await, (200, "a b c d e".into()));
    assert_eq!(get("/hostile/params/locals/1/2/3/4/5/6").await, (200, "[1,2,3,4,5,6]".into()));
    assert_eq!(get("/hostile/params/raw/a").await, (200, "a".into()));
}

#[start_runtime::test]
async fn the_forms_of_returns_need_no_prelude() {
    for (name, status, body) in [
        ("json", 200, "[1]"),
        ("wrapped", 202, "1"),
        ("pair", 201, "a"),
        ("responder", 200, "a"),
        ("response", 404, "a"),
    ] {
        assert_eq!(get(&format!("/hostile/returns/{name}")).await, (status, body.into()), "{name}");
    }
    assert_eq!(post("/hostile/returns/unit", &()).await, (204, String::new()));
    assert_eq!(post("/hostile/returns/some", &()).await, (200, "1".into()));
    assert_eq!(post("/hostile/returns/none", &()).await.0, 404);
    assert_eq!(get("/hostile/returns/error").await.0, 500);
}

#[start_runtime::test]
async fn the_forms_of_arguments_need_no_prelude() {
    assert_eq!(get("/hostile/arguments/params/1/2/3/4").await, (200, "[1,2,[3,4]]".into()));
    assert_eq!(get("/hostile/arguments/event").await, (200, "true".into()));
    assert_eq!(get("/hostile/arguments/typed?a=b").await, (200, r#"[{"a":"b"},{"a":"b"},null,null]"#.into()));
    let body = start_runtime::serde_json::json!({ "a": "b" });
    assert_eq!(post("/hostile/arguments/json", &body).await, (200, r#"{"a":"b"}"#.into()));
    let form = app().post("/hostile/arguments/form").form(&[("a", "b")]).await;
    assert_eq!(form.text().await.unwrap(), r#"{"a":"b"}"#);
    assert_eq!(app().post("/hostile/arguments/bytes").body("a").await.text().await.unwrap(), "a");
}

/// Different generated code produces the document and the responses.
#[start_runtime::test]
async fn the_docs_know_every_route() {
    let (status, document) = get("/openapi.json").await;
    assert_eq!(status, 200);
    for path in ["/hostile/types/option", "/hostile/functions/call/{call}", "/hostile/modules/{one}"] {
        assert!(document.contains(path), "{path} in {document}");
    }
}
