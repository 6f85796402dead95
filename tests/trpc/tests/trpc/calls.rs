//! Single calls and batches.

use crate::program::{NewPost, Post, app, app_of, at_once, post, router};
use start_runtime::serde_json::{Value, json};
use start_runtime::test::TestApp;

pub async fn asked(app: &TestApp, path: &str) -> (u16, Value) {
    let answer = app.get(path).await;
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// JSON in a query.
pub fn input(value: &Value) -> String {
    let text = value.to_string();
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn data(value: Value) -> (u16, Value) {
    (200, json!({ "result": { "data": value } }))
}

#[start_runtime::test]
async fn a_query_is_answered_by_get() {
    let app = app();
    let cases = [
        ("hello", None, data(json!("hello world"))),
        ("hello", Some(json!("Å\"😀")), data(json!("hello Å\"😀"))),
        ("hello", Some(Value::Null), data(json!("hello world"))),
        ("atOnce", Some(json!(1)), data(json!(2))),
        ("with.another-name", None, data(json!("given"))),
        ("type", None, data(json!("raw"))),
        ("echo", None, (200, json!({ "result": {} }))),
        ("echo", Some(Value::Null), data(Value::Null)),
        ("echo", Some(json!({ "a": [1, { "b": null }] })), data(json!({ "a": [1, { "b": null }] }))),
        ("nothing", None, (200, json!({ "result": {} }))),
        ("fallibleNothing", Some(json!(true)), (200, json!({ "result": {} }))),
    ];
    for (path, sent, expected) in cases {
        let query = sent.as_ref().map(|sent| format!("?input={}", input(sent))).unwrap_or_default();
        assert_eq!(asked(&app, &format!("/t/{path}{query}")).await, expected, "{path} {sent:?}");
        assert_eq!(asked(&app, &format!("/own/{path}{query}")).await, expected, "own {path} {sent:?}");
    }
}

#[start_runtime::test]
async fn names_are_those_of_functions_and_modules_below_the_root() {
    let app = app();
    let added = app.post("/t/post.add").json(&json!({ "title": "Owls", "tags": [], "pinned": true })).await;
    assert_eq!(added.json::<Value>().await.unwrap(), json!({ "result": { "data": { "id": 1, "title": "Owls" } } }));
    let (status, body) = asked(&app, "/t/post.byId.firstTitle?input=7").await;
    assert_eq!((status, &body["error"]["message"]), (404, &json!("there is no post 7")));
    for missing in ["program.hello", "post", "add", "post.byId", "post.by_id.first_title", "Hello", "given"] {
        let (status, body) = asked(&app, &format!("/t/{missing}")).await;
        let message = json!(format!("No procedure found on path \"{missing}\""));
        assert_eq!((status, &body["error"]["message"]), (404, &message), "{missing}");
    }
}

#[start_runtime::test]
async fn a_procedure_is_still_a_function() {
    assert_eq!(at_once(1), 2);
    let new = NewPost { title: "Owls".to_owned(), tags: Vec::new(), pinned: false };
    assert_eq!(post::add(new).await.unwrap(), Post { id: 0, title: "Owls".to_owned() });
}

#[start_runtime::test]
async fn a_batch_has_the_answers_in_order_and_their_common_status() {
    let app = app();
    let cases = [
        ("hello,atOnce", json!({ "0": "a", "1": 1 }), 200, json!(["hello a", 2])),
        ("hello", json!({}), 200, json!(["hello world"])),
        ("hello,hello", json!({ "1": "b" }), 200, json!(["hello world", "hello b"])),
        ("hello,nope", json!({}), 207, json!(["hello world", "NOT_FOUND"])),
        ("nope,nope", json!({}), 404, json!(["NOT_FOUND", "NOT_FOUND"])),
        ("atOnce,atOnce", json!({ "0": "x", "1": 1 }), 207, json!(["BAD_REQUEST", 2])),
        ("panics,hello", json!({}), 207, json!(["INTERNAL_SERVER_ERROR", "hello world"])),
        ("post.add,post.add", json!({}), 405, json!(["METHOD_NOT_SUPPORTED", "METHOD_NOT_SUPPORTED"])),
    ];
    for (paths, sent, status, expected) in cases {
        let (got, body) = asked(&app, &format!("/t/{paths}?batch=1&input={}", input(&sent))).await;
        let brief = |answer: &Value| match &answer["result"]["data"] {
            Value::Null => answer["error"]["data"]["code"].clone(),
            data => data.clone(),
        };
        let body: Vec<Value> = body.as_array().expect("a batch").iter().map(brief).collect();
        assert_eq!((got, json!(body)), (status, expected), "{paths}");
    }
}

#[start_runtime::test]
async fn a_batch_that_is_none_is_refused_as_a_whole() {
    let many = |count: usize| format!("/t/{}?batch=1", vec!["nothing"; count].join(","));
    let app = app_of(router().max_batch_size(3));
    assert_eq!(asked(&app, &many(3)).await.0, 200);
    let (status, body) = asked(&app, &many(4)).await;
    assert_eq!(status, 400);
    assert_eq!(body["error"]["message"], "Batch call exceeds maximum size");
    assert_eq!(asked(&crate::program::app(), &many(101)).await.0, 400);
    let (status, body) = asked(&app, "/t/hello,post.add?batch=1").await;
    assert_eq!(status, 400);
    assert_eq!(body["error"]["message"], "Cannot mix procedure types in call: query, mutation");
    let app = app_of(router().batching(false));
    let (status, body) = asked(&app, "/t/hello?batch=1").await;
    assert_eq!((status, &body["error"]["message"]), (400, &json!("Batching is not enabled on the server")));
    assert_eq!(asked(&app, "/t/hello").await.0, 200);
}

#[start_runtime::test]
async fn methods_are_those_of_the_kind() {
    let (plain, lenient) = (app(), app_of(router().allow_method_override(true)));
    for (app, method, path, status, allow) in [
        (&plain, "GET", "hello", 200, None),
        (&plain, "POST", "hello", 405, Some("GET")),
        (&plain, "GET", "post.add", 405, Some("POST")),
        (&plain, "PUT", "post.add", 405, Some("POST")),
        (&plain, "DELETE", "hello", 405, Some("GET")),
        (&plain, "PATCH", "nope", 404, None),
        (&lenient, "POST", "hello", 200, None),
        (&lenient, "PUT", "hello", 405, Some("GET, POST")),
        (&lenient, "GET", "post.add", 405, Some("POST")),
        (&plain, "HEAD", "hello", 204, None),
        (&plain, "HEAD", "nope", 204, None),
    ] {
        let request = app.request(method.parse().unwrap(), format!("/t/{path}"));
        let answer =
            if method == "GET" { request.await } else { request.header("content-type", "application/json").await };
        assert_eq!((answer.status().as_u16(), answer.header("allow")), (status, allow), "{method} {path}");
    }
}

#[start_runtime::test]
async fn paths_are_decoded_once_and_may_have_another_separator() {
    let app = app();
    for (path, status) in [
        ("/t/hel%6Co", 200),
        ("/t/hello/", 200),
        ("/t/hello//", 200),
        ("/t/hello///", 404),
        ("/t//hello", 404),
        ("/t/hello%2Chello?batch=1", 200),
        ("/t/with%2Eanother-name", 200),
        ("/t/with%252Eanother-name", 404),
        ("/t/%E0%A4%A", 400),
        ("/t/%FF", 400),
        ("/t/", 404),
        ("/t", 404),
        ("/t/with/another-name", 404),
        ("/t/with~another-name", 404),
    ] {
        let (got, body) = asked(&app, path).await;
        assert_eq!(got, status, "{path}: {body}");
    }
    let app = app_of(router().path_separator('~'));
    for path in ["/t/with~another-name", "/t/with.another-name"] {
        assert_eq!(asked(&app, path).await.0, 200, "{path}");
    }
}

#[start_runtime::test]
async fn headers_and_cookies_that_a_procedure_stages_are_sent() {
    let app = app();
    for path in ["/t/byPath", "/t/byPath,nothing?batch=1", "/own/byPath"] {
        let answer = app.get(path).await;
        assert_eq!(answer.header("x-seen"), Some("GET"), "{path}");
        assert!(answer.header("set-cookie").is_some_and(|cookie| cookie.starts_with("seen=yes")), "{path}");
        assert_eq!(answer.header("vary"), Some("trpc-accept, accept"), "{path}");
        assert_eq!(answer.header("content-type"), Some("application/json"), "{path}");
    }
}

#[start_runtime::test]
async fn calls_of_a_batch_run_at_the_same_time() {
    let begin = std::time::Instant::now();
    let (status, _) = asked(&app(), "/t/slow,slow,slow?batch=1&input=%7B%220%22:200,%221%22:200,%222%22:200%7D").await;
    assert_eq!(status, 200);
    assert!(begin.elapsed().as_millis() < 500, "{:?}", begin.elapsed());
}

#[start_runtime::test]
async fn clients_of_version_10_have_their_own_refusals() {
    let app = app_of(router().v10());
    let cases = [
        ("GET", "hello", None, 200, Value::Null),
        ("GET", "hello,hello?batch=true&input=%7B%7D", None, 200, Value::Null),
        ("GET", "hello?batch=1", None, 400, json!("\"input\" needs to be an object when doing a batch call")),
        ("GET", "post.add", None, 404, json!("No \"query\"-procedure on path \"post.add\"")),
        ("GET", "ticks", None, 404, json!("No \"query\"-procedure on path \"ticks\"")),
        ("POST", "hello", Some("{}"), 404, json!("No \"mutation\"-procedure on path \"hello\"")),
        ("PUT", "hello", None, 405, json!("Unexpected request method PUT")),
        ("HEAD", "hello", None, 204, Value::Null),
    ];
    for (method, path, body, status, message) in cases {
        let request = app.request(method.parse().unwrap(), format!("/t/{path}"));
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body),
            None => request,
        };
        let answer = request.await;
        assert_eq!(answer.status(), status, "{method} {path}");
        assert_eq!(answer.header("vary"), None, "{method} {path}");
        if !message.is_null() {
            assert_eq!(answer.json::<Value>().await.unwrap()["error"]["message"], message, "{method} {path}");
        }
    }
    let (status, body) = asked(&app, "/t/hello?input=%7B").await;
    assert_eq!((status, &body["error"]["data"]["code"]), (400, &json!("PARSE_ERROR")));
    let answer = app.get("/t/hello,nope?batch=1&input=%7B%7D").header("trpc-batch-mode", "stream").await;
    assert_eq!((answer.status().as_u16(), answer.header("vary")), (200, Some("trpc-batch-mode")));
    let text = answer.text().await.unwrap();
    assert!(text.starts_with('{') && text.ends_with("\n}") && text.lines().count() == 3, "{text}");
    let whole: Value = start_runtime::serde_json::from_str(&text).unwrap();
    assert_eq!(whole["0"]["result"]["data"], "hello world");
    assert_eq!(whole["1"]["error"]["data"]["code"], "NOT_FOUND");
}
