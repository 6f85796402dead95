//! What inputs are refused, and how: constraints, types, and what is no input.

use crate::calls::{asked, input};
use crate::program::app;
use start_runtime::serde_json::{Value, json};
use start_runtime::test::FormPart;

async fn sent(path: &str, body: &Value) -> (u16, Value) {
    let answer = app().post(format!("/t/{path}")).json(body).await;
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[start_runtime::test]
async fn what_is_wrong_with_an_input_is_a_list_of_issues() {
    let cases = [
        ("post.add", json!({ "title": 1, "tags": [] }), json!(["title"])),
        ("post.add", json!({ "tags": [] }), json!(["title"])),
        ("post.add", json!({ "title": "a", "tags": ["a", 2] }), json!(["tags", 1])),
        ("post.add", json!("text"), json!([])),
        ("post.add", Value::Null, json!([])),
        ("checked", json!({ "userName": "abc", "digits": [1, 300] }), json!(["digits", 1])),
        ("checked", json!({ "userName": "ab", "digits": [] }), json!(["userName"])),
        ("checked", json!({ "userName": "abc", "digits": [1, 10] }), json!(["digits", 1])),
        ("checkedInWrapper", json!({ "userName": "abc", "digits": [10] }), json!(["digits", 0])),
    ];
    for (path, body, place) in cases {
        let (status, answer) = sent(path, &body).await;
        let data = &answer["error"]["data"];
        assert_eq!((status, &data["code"], &data["httpStatus"]), (400, &json!("BAD_REQUEST"), &json!(400)), "{body}");
        assert_eq!(data["path"], path, "{body}");
        assert_eq!(data["issues"][0]["path"], place, "{body}: {answer}");
        assert!(data["issues"][0]["message"].as_str().is_some_and(|text| !text.is_empty()), "{answer}");
        assert!(!answer["error"]["message"].as_str().unwrap().contains("the body"), "{answer}");
    }
    let both = sent("checked", &json!({ "userName": "a", "digits": [10] })).await.1;
    assert_eq!(both["error"]["data"]["issues"].as_array().map(Vec::len), Some(2), "{both}");
    assert_eq!(sent("checked", &json!({ "userName": "abc", "digits": [9] })).await.1["result"]["data"], 4);
}

#[start_runtime::test]
async fn an_input_that_is_missing_or_malformed_is_a_bad_request_of_its_call() {
    let app = app();
    for (path, message) in [
        ("atOnce", "the input is missing"),
        ("atOnce?input=", "the input is missing"),
        ("atOnce?input=null", "the input: invalid type: null, expected u32"),
        ("atOnce?input=%7B", "the input is not JSON: EOF while parsing an object at line 1 column 1"),
        ("atOnce?input=1%202", "the input is not JSON: trailing characters at line 1 column 3"),
        ("atOnce?input=-1", "the input: invalid value: integer `-1`, expected u32"),
    ] {
        let (status, body) = asked(&app, &format!("/t/{path}")).await;
        assert_eq!((status, &body["error"]["message"]), (400, &json!(message)), "{path}");
        assert_eq!(body["error"]["code"], -32600, "{path}");
        assert_eq!(body["error"]["data"]["path"], "atOnce", "{path}");
    }
    for sent in [json!([]), json!(null), json!(1), json!("a")] {
        let (status, body) = asked(&app, &format!("/t/hello,atOnce?batch=1&input={}", input(&sent))).await;
        assert_eq!(status, 400, "{sent}");
        for (answer, path) in body.as_array().expect("a batch").iter().zip(["hello", "atOnce"]) {
            assert_eq!(answer["error"]["message"], "\"input\" needs to be an object when doing a batch call", "{sent}");
            assert_eq!(answer["error"]["data"]["path"], path, "{sent}");
        }
    }
    for (key, expected) in [("0", 2), ("00", 400), ("+0", 400), ("1", 400), ("0 ", 400)] {
        let (status, body) = asked(&app, &format!("/t/atOnce?batch=1&input={}", input(&json!({ key: 1 })))).await;
        let got = body[0]["result"]["data"].as_u64().unwrap_or(u64::from(status));
        assert_eq!(got, expected, "{key}");
    }
}

#[start_runtime::test]
async fn the_content_type_says_what_the_input_is() {
    let app = app();
    let cases = [
        (None, "", 415, "Missing content-type header"),
        (Some("text/plain"), "x", 415, "Unsupported content-type \"text/plain"),
        (
            Some("application/x-www-form-urlencoded"),
            "a=b",
            415,
            "Unsupported content-type \"application/x-www-form-urlencoded",
        ),
        (Some("Application/JSON; charset=utf-8"), "{\"title\":\"a\",\"tags\":[]}", 200, ""),
        (Some("application/octet-stream"), "{}", 400, "the input is JSON, and not the body as it is"),
    ];
    for (content_type, body, status, message) in cases {
        let request = app.post("/t/post.add").body(body);
        let request = match content_type {
            Some(content_type) => request.header("content-type", content_type),
            None => request,
        };
        let answer = request.await;
        assert_eq!(answer.status(), status, "{content_type:?}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["error"]["message"].as_str().unwrap_or_default(), message, "{content_type:?}");
    }
    for (path, content_type) in
        [("upload", "application/json"), ("upload", "application/octet-stream"), ("octets", "application/json")]
    {
        let answer = app.post(format!("/t/{path}")).header("content-type", content_type).body("{}").await;
        assert_eq!(answer.status(), 400, "{path} {content_type}");
        assert_eq!(answer.json::<Value>().await.unwrap()["error"]["data"]["path"], path);
    }
    for content_type in ["multipart/form-data; boundary=x", "application/octet-stream"] {
        let answer = app.put("/t/octets").header("content-type", content_type).body("x").await;
        assert_eq!(answer.status(), 405, "{content_type}");
        let text = answer.json::<Value>().await.unwrap()["error"]["message"].to_string();
        assert!(text.contains("Only POST requests are supported for"), "{text}");
    }
}

#[start_runtime::test]
async fn forms_and_bytes_are_inputs() {
    let app = app();
    let form = [FormPart::text("name", "Åsa"), FormPart::file("file", "a.txt", "text/plain", "hello")];
    let answer = app.post("/t/upload").multipart(form).await;
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "result": { "data": "Åsa 5" } }));
    let answer = app.post("/t/upload").multipart([FormPart::text("name", "Åsa")]).await;
    assert_eq!(answer.status(), 422);
    let answer =
        app.post("/t/octets").header("content-type", "application/octet-stream").body(vec![0_u8; 300_000]).await;
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "result": { "data": 300_000 } }));
}
