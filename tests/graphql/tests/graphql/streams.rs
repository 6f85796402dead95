//! Subscriptions of a GraphQL API: by Server-Sent Events in both modes, and by a WebSocket.

use std::time::Duration;

use crate::schema::{Schema, schema};
use start_runtime::graphql::{Graphql, Limits};
use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, json};
use start_runtime::test::{TestApp, app_with};

const EVENTS: &str = "text/event-stream";
const TOKEN: &str = "x-graphql-event-stream-token";

fn app_of(graphql: Graphql<Schema>) -> TestApp {
    app_with(Start::new().data(schema()).graphql("/graphql", graphql))
}

fn app() -> TestApp {
    app_of(Graphql::new(schema()))
}

/// The events of a stream, as names and data.
fn events(text: &str) -> Vec<(String, Value)> {
    let event = |event: &str| {
        let line = |name: &str| {
            let value = event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            value.unwrap_or_default().trim().to_owned()
        };
        (line("event"), start_runtime::serde_json::from_str(&line("data")).unwrap_or_default())
    };
    text.split("\n\n").filter(|text| !text.is_empty() && !text.starts_with(':')).map(event).collect()
}

async fn streamed(app: &TestApp, query: &str) -> Vec<(String, Value)> {
    let answer = app.post("/graphql").header("accept", EVENTS).json(&json!({ "query": query })).await;
    assert_eq!(answer.status(), 200, "{query}");
    assert_eq!(answer.header("content-type"), Some("text/event-stream; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    events(&answer.text().await.unwrap())
}

#[start_runtime::test]
async fn a_stream_has_each_answer_and_then_its_end() {
    let app = app();
    let next = |data: Value| ("next".to_owned(), json!({ "data": data }));
    let complete = || ("complete".to_owned(), Value::Null);
    assert_eq!(
        streamed(&app, "subscription { count(to: 3) }").await,
        [next(json!({ "count": 1 })), next(json!({ "count": 2 })), next(json!({ "count": 3 })), complete()]
    );
    assert_eq!(streamed(&app, "{ hello }").await, [next(json!({ "hello": "Hello World" })), complete()]);
    assert_eq!(streamed(&app, "mutation { upload(files: []) }").await, [next(json!({ "upload": [] })), complete()]);
    let failing = streamed(&app, "subscription { failing }").await;
    assert_eq!(failing[0], next(json!({ "failing": 1 })));
    assert_eq!(failing[1].1["errors"][0]["message"], "Internal Server Error");
    assert_eq!(failing[1].1["data"], json!({ "failing": null }));
    assert_eq!(failing[2..], [complete()]);
    for query in ["{ nothing }", "{", "subscription { nothing }", "{ panics }"] {
        let refused = streamed(&app, query).await;
        assert!(refused[0].1["errors"][0]["message"].is_string() && refused[0].1.get("data").is_none(), "{query}");
        assert_eq!(refused[1..], [complete()], "{query}");
    }
    let by_url = app.get("/graphql?query=subscription%7Bcount(to:1)%7D").header("accept", EVENTS).await;
    assert_eq!(events(&by_url.text().await.unwrap()), [next(json!({ "count": 1 })), complete()]);
}

#[start_runtime::test]
async fn what_is_no_operation_is_no_stream() {
    let app = app();
    for (body, status) in
        [(json!({}), 400), (json!([{ "query": "{ hello }" }]), 400), (json!({ "query": "{ hello ".repeat(100) }), 400)]
    {
        let answer = app.post("/graphql").header("accept", EVENTS).json(&body).await;
        assert_eq!(answer.status(), status, "{body}");
    }
    let answer = app.get("/graphql?query=mutation%7Bvisit%7D").header("accept", EVENTS).await;
    assert_eq!((answer.status().as_u16(), answer.header("allow")), (405, Some("POST")));
}

#[start_runtime::test]
async fn one_stream_has_the_answers_to_several_operations() {
    let app = app_of(Graphql::new(schema()).limits(Limits::default().operations(3)));
    let reserved = app.put("/graphql").await;
    assert_eq!(reserved.status(), 201);
    let token = reserved.text().await.unwrap();
    let begin = async |id: &str, query: &str| {
        let body = json!({ "query": query, "extensions": { "operationId": id } });
        app.post("/graphql").header(TOKEN, &token).json(&body).await.status().as_u16()
    };
    assert_eq!(begin("a", "subscription { count(to: 2) }").await, 202);
    assert_eq!(begin("b", "{ hello }").await, 202);
    assert_eq!(begin("long", "subscription { count(to: 1000000) }").await, 202);
    assert_eq!(begin("long", "{ hello }").await, 409);
    assert_eq!(begin("", "{ hello }").await, 400);
    assert_eq!(begin("bad", "{ nothing }").await, 400);
    let unnamed = app.post("/graphql").header(TOKEN, &token).json(&json!({ "query": "{ hello }" })).await;
    assert_eq!(unnamed.status(), 400);
    let unknown = app.post("/graphql").header(TOKEN, "nonsense").json(&json!({ "query": "{ hello }" })).await;
    assert_eq!(unknown.status(), 404);

    let stream = app.get("/graphql").header("accept", EVENTS).header(TOKEN, &token).await;
    assert_eq!(stream.status(), 200);
    let again = app.get(format!("/graphql?token={token}")).header("accept", EVENTS).await;
    assert_eq!(again.status(), 409);
    let ended = app.delete("/graphql?operationId=long").header(TOKEN, &token).await;
    assert_eq!(ended.status(), 200);
    assert_eq!(app.delete("/graphql").header(TOKEN, &token).await.status(), 400);
    assert_eq!(app.delete("/graphql?operationId=a").await.status(), 404);
    // Dropped, the stream is gone, and everything that belongs to it.
    drop(stream);
    assert_eq!(begin("c", "{ hello }").await, 404);
}

#[start_runtime::test]
async fn a_stream_has_the_most_operations_that_it_may() {
    let app = app_of(Graphql::new(schema()).limits(Limits::default().operations(2)));
    let token = app.put("/graphql").await.text().await.unwrap();
    let mut statuses = Vec::new();
    for id in ["a", "b", "c"] {
        let body = json!({ "query": "{ sleep(ms: 60000) }", "extensions": { "operationId": id } });
        statuses.push(app.post("/graphql").header(TOKEN, &token).json(&body).await.status().as_u16());
    }
    assert_eq!(statuses, [202, 202, 400]);
}

#[start_runtime::test]
async fn a_query_in_a_stream_has_its_time() {
    let app = app_of(Graphql::new(schema()).limits(Limits::default().time(Duration::from_millis(30))));
    let slow = streamed(&app, "{ sleep(ms: 60000) }").await;
    assert_eq!(slow[0].1["errors"][0]["message"], "the answer took too long");
}

#[start_runtime::test]
async fn a_websocket_of_another_sites_page_is_refused() {
    let app = app_of(Graphql::new(schema()).allow_origin("https://app.example"));
    for (origin, status) in [
        ("https://evil.example", 403),
        ("null", 403),
        ("https://owls.example.evil.example", 403),
        ("http://owls.example:81", 403),
    ] {
        let request = app.get("/graphql").header("host", "owls.example").header("origin", origin);
        let request = request.header("connection", "upgrade").header("upgrade", "websocket");
        let request =
            request.header("sec-websocket-version", "13").header("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA==");
        assert_eq!(request.await.status(), status, "{origin}");
    }
    // No WebSocket at all.
    let request = app.get("/graphql").header("upgrade", "websocket");
    assert_eq!(request.await.status(), 400);
}
