//! Procedures in the OpenAPI document, and answers held against it.

use crate::calls::input;
use crate::program::{Greeting, app, app_of, router};
use start_runtime::Start;
use start_runtime::serde_json::{Map, Value, from_str, json};
use start_runtime::test::{TestApp, app_with};

async fn document(app: &TestApp) -> Value {
    app.get("/openapi.json").await.json().await.unwrap()
}

fn operation<'d>(document: &'d Value, method: &str, path: &str) -> &'d Value {
    let found = &document["paths"][path][method];
    assert!(found.is_object(), "{method} {path} is not in {:?}", document["paths"].as_object().map(Map::keys));
    found
}

fn param<'d>(operation: &'d Value, name: &str) -> &'d Value {
    let params = operation["parameters"].as_array().into_iter().flatten();
    params.into_iter().find(|param| param["name"] == name).unwrap_or(&Value::Null)
}

#[start_runtime::test]
async fn a_procedure_is_an_operation_of_its_method() {
    let document = document(&app()).await;
    // method, name, type, place of the input, whether the input has to be there
    let cases = [
        ("get", "hello", "query", Some("query"), false),
        ("get", "atOnce", "query", Some("query"), true),
        ("get", "with.another-name", "query", None, false),
        ("get", "type", "query", None, false),
        ("get", "nothing", "query", None, false),
        ("get", "post.byId.firstTitle", "query", Some("query"), true),
        ("get", "parts", "query", None, false),
        ("post", "post.add", "mutation", Some("body"), true),
        ("post", "checked", "mutation", Some("body"), true),
        ("post", "upload", "mutation", Some("body"), true),
        ("post", "octets", "mutation", Some("body"), true),
        ("get", "ticks", "subscription", Some("query"), false),
        ("get", "silent", "subscription", None, false),
    ];
    let mut ids = Vec::new();
    for (method, name, kind, place, required) in cases {
        for below in ["/t", "/own"] {
            let path = format!("{below}/{name}");
            let operation = operation(&document, method, &path);
            let others = document["paths"][&path].as_object().unwrap();
            assert_eq!(others.len(), 1, "{path} has one method");
            assert_eq!((&operation["x-trpc"]["path"], &operation["x-trpc"]["type"]), (&json!(name), &json!(kind)));
            assert_eq!(operation["tags"], json!([format!("tRPC procedures at {below}")]), "{path}");
            let found = param(operation, "input");
            match place {
                Some("query") => {
                    assert_eq!(found["required"], required, "{path}");
                    assert!(found["content"]["application/json"]["schema"].is_object(), "{path}");
                    assert!(operation["requestBody"].is_null(), "{path}");
                }
                Some(_) => assert!(operation["requestBody"]["required"] == true && found.is_null(), "{path}"),
                None => assert!(operation["requestBody"].is_null() && found.is_null(), "{path}"),
            }
            ids.push(operation["operationId"].as_str().unwrap().to_owned());
        }
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "{ids:?}");
    assert!(document["paths"]["/own/{trpc}"]["get"].is_object(), "a route stays what it is unless it is hidden");
    let hello = operation(&document, "get", "/t/hello");
    assert_eq!((&hello["summary"], &hello["operationId"]), (&json!("Greets"), &json!("get_t_hello")));
    assert_eq!(operation(&document, "get", "/t/nothing")["summary"], "The query nothing");
}

#[start_runtime::test]
async fn bodies_and_answers_have_the_types_of_the_function() {
    let document = document(&app()).await;
    let body = |name: &str| operation(&document, "post", &format!("/t/{name}"))["requestBody"]["content"].clone();
    assert_eq!(body("post.add")["application/json"]["schema"]["$ref"], "#/components/schemas/program_NewPostInput");
    assert!(body("upload")["multipart/form-data"]["schema"].is_object(), "{}", body("upload"));
    assert!(body("octets")["application/octet-stream"]["schema"].is_object(), "{}", body("octets"));
    let answer = |method: &str, name: &str| {
        operation(&document, method, &format!("/t/{name}"))["responses"]["200"]["content"].clone()
    };
    let data = |content: Value| content["application/json"]["schema"]["properties"]["result"].clone();
    assert_eq!(
        data(answer("get", "hello")),
        json!({ "type": "object", "properties": { "data": { "type": "string" } }, "required": ["data"] })
    );
    assert_eq!(data(answer("get", "nothing")), json!({ "type": "object" }));
    assert_eq!(data(answer("get", "echo"))["required"], Value::Null);
    assert_eq!(data(answer("post", "post.add"))["properties"]["data"]["$ref"], "#/components/schemas/program_Post");
    assert_eq!(answer("get", "ticks")["text/event-stream"]["schema"]["type"], "integer");
    for name in ["parts", "onlyLater", "numbers", "maybeNumbers"] {
        let operation = operation(&document, "get", &format!("/t/{name}"));
        assert_eq!(param(operation, "batch")["schema"]["const"], "1", "{name} arrives piece by piece");
        assert_eq!(param(operation, "trpc-accept")["schema"]["const"], "application/jsonl", "{name}");
        assert!(operation["x-trpc"]["output"].is_object(), "{name}");
    }
    let numbers = &param(operation(&document, "get", "/t/numbers"), "input")["content"]["application/json"]["schema"];
    assert_eq!((&numbers["required"], &numbers["properties"]["0"]["type"]), (&json!(["0"]), &json!("integer")));
    assert_eq!(param(operation(&document, "get", "/t/ticks"), "lastEventId")["required"], false);
    assert!(param(operation(&document, "get", "/t/silent"), "lastEventId").is_null(), "it has no ids");
}

#[start_runtime::test]
async fn guards_say_what_they_ask_for_and_answer() {
    let app = crate::guards::app();
    let document = document(&app).await;
    let named = operation(&document, "get", "/g/name");
    assert_eq!(named["security"], json!([{ "token": [] }]));
    let answer = app.get("/g/name").await;
    assert_eq!(answer.status(), 401);
    check(&document, named, "name", 401, "application/json", &answer.text().await.unwrap());
    assert_eq!(document["components"]["securitySchemes"]["token"]["type"], "http");
}

#[start_runtime::test]
async fn routers_are_shown_where_they_are_served() {
    let with = |start: Start| app_with(start.data(Greeting("hello")));
    let paths = async |app: &TestApp| {
        let document = document(app).await;
        document["paths"].as_object().unwrap().keys().cloned().collect::<Vec<String>>()
    };
    let version_10 = paths(&with(Start::new().trpc_router("/ten", router().v10()))).await;
    assert!(version_10.iter().any(|path| path == "/ten/hello"), "{version_10:?}");
    assert!(!version_10.iter().any(|path| path == "/ten/ticks"), "version 10 has no subscriptions by HTTP");
    let separated = paths(&with(Start::new().trpc_router("/s", router().path_separator('~')))).await;
    assert!(separated.iter().any(|path| path == "/s/post~byId~firstTitle"), "{separated:?}");
    let root = paths(&with(Start::new().trpc_router("/", router()))).await;
    assert!(root.iter().any(|path| path == "/hello"), "{root:?}");
    let nowhere = paths(&with(Start::new())).await;
    assert!(nowhere.iter().all(|path| path.starts_with("/own/") || !path.ends_with("/hello")), "{nowhere:?}");
}

/// Panics if the document says something else of an answer.
fn check(document: &Value, operation: &Value, what: &str, status: u16, content_type: &str, body: &str) {
    let responses = &operation["responses"];
    let exact = responses.get(status.to_string());
    assert!(status >= 400 || exact.is_some(), "{what}: {status} is not in {responses}");
    let response = exact.unwrap_or(&responses["default"]);
    let media = &response["content"][content_type];
    assert!(media.is_object(), "{what}: {status} was {content_type}; documented: {response}");
    if content_type != "application/json" || operation["x-trpc"]["output"].is_object() {
        return;
    }
    let mut schema = media["schema"].clone();
    schema["components"] = document["components"].clone();
    let validator = jsonschema::options().build(&schema).unwrap_or_else(|error| panic!("{what}: {error}"));
    let body: Value = from_str(body).unwrap();
    let errors: Vec<String> = validator.iter_errors(&body).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{what}: {status} {body}: {errors:?}");
}

#[start_runtime::test]
async fn answers_are_what_the_document_says() {
    let plain = app();
    let formatting =
        app_of(router().error_formatter(|format| json!({ "code": format.shape["code"], "message": "no" })));
    for app in [&plain, &formatting] {
        let document = document(app).await;
        let queries: &[(&str, Option<Value>)] = &[
            ("hello", None),
            ("hello", Some(json!("owl"))),
            ("hello", Some(json!(1))),
            ("atOnce", None),
            ("atOnce", Some(json!(1))),
            ("echo", None),
            ("echo", Some(json!([null]))),
            ("nothing", None),
            ("fallibleNothing", Some(json!(true))),
            ("fallibleNothing", Some(json!(false))),
            ("notANumber", None),
            ("panics", None),
            ("post.byId.firstTitle", Some(json!(7))),
            ("statusAndText", None),
            ("retryAfter", None),
            ("ioError", None),
            ("failsWith", Some(json!("CLIENT_CLOSED_REQUEST"))),
            ("ticks", None),
            ("ticks", Some(json!(5))),
            ("someTracked", None),
        ];
        for (name, sent) in queries {
            let query = sent.as_ref().map(|sent| format!("?input={}", input(sent))).unwrap_or_default();
            let answer = app.get(format!("/t/{name}{query}")).await;
            let (status, kind) =
                (answer.status().as_u16(), answer.header("content-type").unwrap_or_default().to_owned());
            let operation = operation(&document, "get", &format!("/t/{name}"));
            check(&document, operation, &format!("{name} {sent:?}"), status, &kind, &answer.text().await.unwrap());
        }
        // As the operation says that it is asked for.
        for name in ["parts", "onlyLater", "numbers", "maybeNumbers"] {
            let path = format!("/t/{name}?batch=1&input={}", input(&json!({ "0": 2 })));
            let answer = app.get(path).header("trpc-accept", "application/jsonl").await;
            let (status, kind) =
                (answer.status().as_u16(), answer.header("content-type").unwrap_or_default().to_owned());
            let operation = operation(&document, "get", &format!("/t/{name}"));
            check(&document, operation, name, status, &kind, &answer.text().await.unwrap());
        }
        for (name, sent) in [
            ("post.add", json!({ "title": "Owls", "tags": [] })),
            ("post.add", json!({ "title": "", "tags": [] })),
            ("post.add", json!({ "title": 1 })),
            ("post.add", Value::Null),
            ("checked", json!({ "userName": "a", "digits": [10] })),
            ("upload", json!({})),
            ("octets", json!({})),
        ] {
            let answer = app.post(format!("/t/{name}")).json(&sent).await;
            let (status, kind) =
                (answer.status().as_u16(), answer.header("content-type").unwrap_or_default().to_owned());
            let operation = operation(&document, "post", &format!("/t/{name}"));
            check(&document, operation, &format!("{name} {sent}"), status, &kind, &answer.text().await.unwrap());
        }
    }
}

#[start_runtime::test]
async fn references_of_the_document_lead_somewhere() {
    fn check(value: &Value, document: &Value) {
        match value {
            Value::Object(members) => {
                if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                    assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
                }
                members.values().for_each(|value| check(value, document));
            }
            Value::Array(items) => items.iter().for_each(|value| check(value, document)),
            _ => {}
        }
    }
    let document = document(&app()).await;
    check(&document, &document);
}

/// The same name as a procedure: a route that is written out answers there.
#[start_runtime::api_route(GET, "/own/slow")]
async fn instead() -> &'static str {
    "a route"
}

#[start_runtime::test]
async fn a_route_in_the_place_of_a_procedure_is_what_the_document_has() {
    let document = document(&app()).await;
    let operation = operation(&document, "get", "/own/slow");
    assert!(operation["x-trpc"].is_null(), "{operation}");
}
