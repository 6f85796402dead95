//! Documents that a request names in place of sending them.

use std::io::Write as _;

use crate::schema::{Schema, schema};
use start_runtime::graphql::{Graphql, TrustedDocuments};
use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, json};
use start_runtime::test::{TestApp, app_with};

const GRAPHQL: &str = "application/graphql-response+json";

/// `printf '{ hello }' | sha256sum`
const HELLO: &str = "001c3174e099bd72b729d0c0a529ba9f5a740c446e2a6e1d71b283cb84ec3065";

fn app_of(graphql: Graphql<Schema>) -> TestApp {
    app_with(Start::new().data(schema()).graphql("/graphql", graphql))
}

/// The status, the data, and the code of the first error or its text.
async fn ask(app: &TestApp, request: Value) -> (u16, Value, String) {
    let answer = app.post("/graphql").header("accept", GRAPHQL).json(&request).await;
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    let error = &body["errors"][0];
    let said = error["extensions"]["code"].as_str().or(error["message"].as_str()).unwrap_or_default().to_owned();
    (status, body["data"].clone(), said)
}

fn by_hash(hash: &str) -> Value {
    json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } })
}

fn with_text(mut request: Value, text: &str) -> Value {
    request["query"] = text.into();
    request
}

fn hello() -> Value {
    json!({ "hello": "Hello World" })
}

#[start_runtime::test]
async fn a_document_that_was_sent_with_its_hash_is_found_by_it() {
    let app = app_of(Graphql::new(schema()).persisted(64 * 1024));
    let unknown = (400, Value::Null, "PERSISTED_QUERY_NOT_FOUND".to_owned());
    assert_eq!(ask(&app, by_hash(HELLO)).await, unknown);
    assert_eq!(ask(&app, json!({ "documentId": format!("sha256:{HELLO}") })).await, unknown);
    let (status, _, said) = ask(&app, with_text(by_hash(HELLO), "{ owl { name } }")).await;
    assert!(status == 400 && said.contains("the hash is not that of the `query`"), "{said}");
    assert_eq!(ask(&app, by_hash(HELLO)).await, unknown, "what has another hash is not kept");
    assert_eq!(ask(&app, with_text(by_hash(HELLO), "{ hello }")).await, (200, hello(), String::new()));
    for request in [
        by_hash(HELLO),
        by_hash(&HELLO.to_uppercase()),
        json!({ "documentId": format!("sha256:{HELLO}") }),
        json!({ "documentId": HELLO }),
        json!({ "query": "", "documentId": HELLO }),
        json!({ "query": "{ hello }" }),
    ] {
        assert_eq!(ask(&app, request.clone()).await, (200, hello(), String::new()), "{request}");
    }
    let target =
        format!("/graphql?extensions=%7B%22persistedQuery%22:%7B%22version%22:1,%22sha256Hash%22:%22{HELLO}%22%7D%7D");
    let by_get: Value = app.get(target).await.json().await.unwrap();
    assert_eq!(by_get["data"], hello());
    // With `application/json`, it is an error of GraphQL, as clients of Apollo expect.
    let answer = app.post("/graphql").header("accept", "application/json").json(&by_hash(&"0".repeat(64))).await;
    assert_eq!(answer.status(), 200);
    for bad in [
        json!({ "extensions": { "persistedQuery": 7 } }),
        json!({ "extensions": { "persistedQuery": { "version": 2, "sha256Hash": HELLO } } }),
        json!({ "extensions": { "persistedQuery": { "version": 1 } } }),
        json!({ "documentId": 7 }),
        json!({ "variables": {} }),
    ] {
        let (status, data, said) = ask(&app, bad.clone()).await;
        assert_eq!((status, data.is_null(), said.is_empty()), (400, true, false), "{bad}");
    }
}

#[start_runtime::test]
async fn documents_are_not_kept_unless_the_program_says_so() {
    let app = app_of(Graphql::new(schema()));
    let not_kept = (400, Value::Null, "PERSISTED_QUERY_NOT_SUPPORTED".to_owned());
    assert_eq!(ask(&app, by_hash(HELLO)).await, not_kept);
    assert_eq!(ask(&app, json!({ "documentId": "x" })).await, not_kept);
    // Whoever sends the text as well is answered.
    assert_eq!(ask(&app, with_text(by_hash(HELLO), "{ hello }")).await, (200, hello(), String::new()));
}

#[start_runtime::test]
async fn with_trusted_documents_no_other_is_executed() {
    let documents = TrustedDocuments::new([
        ("hello", "query Hello($i: String) { hello(input: $i) }"),
        (&format!("sha256:{HELLO}"), "{ hello }"),
        ("visit", "mutation { visit }"),
    ]);
    let app = app_of(Graphql::new(schema()).trusted(documents.unwrap()));
    let good = |data: Value| (200, data, String::new());
    assert_eq!(ask(&app, json!({ "documentId": "hello" })).await, good(hello()));
    let owl = json!({ "documentId": "hello", "variables": { "i": "Owl" } });
    assert_eq!(ask(&app, owl).await, good(json!({ "hello": "Hello Owl" })));
    assert_eq!(ask(&app, by_hash(HELLO)).await, good(hello()));
    assert_eq!(ask(&app, json!({ "documentId": format!("sha256:{HELLO}") })).await, good(hello()));
    assert_eq!(ask(&app, json!({ "query": "{ hello }" })).await, good(hello()), "the text to the letter");
    for (request, code) in [
        (json!({ "query": "{ hello  }" }), "DOCUMENT_NOT_TRUSTED"),
        (json!({ "query": "{ owl { name } }", "documentId": "hello" }), "DOCUMENT_NOT_TRUSTED"),
        (json!({ "query": "{ __schema { queryType { name } } }" }), "DOCUMENT_NOT_TRUSTED"),
        (json!({ "documentId": "nothing" }), "PERSISTED_QUERY_NOT_FOUND"),
        (json!({}), "the request has no `documentId`"),
    ] {
        assert_eq!(ask(&app, request.clone()).await, (400, Value::Null, code.to_owned()), "{request}");
    }
    let by_get = app.get("/graphql?documentId=hello").await;
    assert_eq!(by_get.json::<Value>().await.unwrap()["data"], hello());
    assert_eq!(app.get("/graphql?documentId=visit").await.status(), 405);
}

#[test]
fn a_file_of_trusted_documents_says_what_is_wrong_in_it() {
    let folder = std::env::temp_dir().join(format!("start-graphql-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("documents.json");
    let read = |text: &str| {
        std::fs::File::create(&path).unwrap().write_all(text.as_bytes()).unwrap();
        TrustedDocuments::from_file(&path).map_err(|error| error.to_string())
    };
    assert!(read(r#"{"a":"{ hello }","b":"query { hello }"}"#).is_ok());
    for (text, expected) in [
        (r#"{"broken":"{ hello"}"#, "the trusted document `broken` is no GraphQL document"),
        (r#"["{ hello }"]"#, "not a JSON object of ids and documents"),
        (r#"{"a":"{ hello }","sha256:a":"{ hello }"}"#, "two trusted documents have the id `a`"),
        ("", "documents.json: "),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.contains(expected) && error.contains("documents.json"), "{error}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(TrustedDocuments::from_file(&path).unwrap_err().to_string().contains("documents.json"));
}
