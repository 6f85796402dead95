//! What is told of the operations of a GraphQL API: attributes of spans, and a series for each name. A program of its own,
//! because names are counted by the process.

use std::sync::OnceLock;

use async_graphql::{EmptySubscription, Object};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use start_runtime::graphql::{Graphql, Limits};
use start_runtime::opentelemetry::global;
use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, json};
use start_runtime::test::{TestApp, app_with};

struct Query;
struct Mutation;

#[Object]
impl Query {
    async fn owl(&self) -> &'static str {
        "Hedwig"
    }
}

#[Object]
impl Mutation {
    async fn fly(&self) -> bool {
        true
    }
}

/// Each test has a path of its own, and the name of a test begins the names of its operations.
fn app(path: &str) -> TestApp {
    let schema = async_graphql::Schema::new(Query, Mutation, EmptySubscription);
    let graphql = Graphql::new(schema).limits(Limits::default().batch(10));
    app_with(Start::new().metrics("/metrics").graphql(path, graphql))
}

async fn post(app: &TestApp, path: &str, body: &Value) {
    assert_eq!(app.post(path).json(body).await.status(), 200, "{body}");
}

/// The kind, the name and the count of each series.
async fn series(app: &TestApp) -> Vec<(String, String, u64)> {
    let text = app.get("/metrics").await.text().await.unwrap();
    let label = |line: &str, name: &str| {
        let (_, behind) = line.split_once(&format!("{name}=\"")).unwrap();
        behind.split_once('"').unwrap().0.to_owned()
    };
    let lines = text.lines().filter(|line| line.starts_with("graphql_operations_total{"));
    let read = |line: &str| {
        let count = line.rsplit_once(' ').unwrap().1.parse().unwrap();
        (label(line, "graphql_operation_type"), label(line, "graphql_operation_name"), count)
    };
    lines.map(read).collect()
}

#[start_runtime::test]
async fn each_operation_is_counted_by_its_kind_and_name() {
    let app = app("/counted");
    for body in [
        json!({ "query": "query Counted { owl }" }),
        json!({ "query": "query Counted { owl } mutation CountedToo { fly }", "operationName": "Counted" }),
        json!({ "query": "query Counted { owl } mutation CountedToo { fly }", "operationName": "CountedToo" }),
        json!([{ "query": "query Counted { owl }" }, { "query": "mutation CountedToo { fly }" }, { "query": "mutation { fly }" }]),
        // What is not executed is not counted.
        json!({ "query": "query CountedNever { nothing", "operationName": "CountedNever" }),
    ] {
        post(&app, "/counted", &body).await;
    }
    let all = series(&app).await;
    let count = |kind: &str, name: &str| {
        all.iter().find(|series| (series.0.as_str(), series.1.as_str()) == (kind, name)).map(|series| series.2)
    };
    assert_eq!(count("query", "Counted"), Some(3), "{all:?}");
    assert_eq!(count("mutation", "CountedToo"), Some(2));
    assert_eq!(count("mutation", ""), Some(1));
    assert!(all.iter().all(|series| series.1 != "CountedNever"));

    // Clients choose names: they cannot make a series each.
    for number in 0..150 {
        post(&app, "/counted", &json!({ "query": format!("query N{number} {{ owl }}") })).await;
    }
    let all = series(&app).await;
    assert!(all.len() < 110, "{} series", all.len());
    let other = all.iter().find(|series| series.1 == "_OTHER").map(|series| series.2);
    assert!(other.is_some_and(|count| count >= 40), "{other:?}");
    assert!(all.iter().any(|series| series.1 == "Counted" && series.2 == 3));
}

fn spans() -> Vec<SpanData> {
    static EXPORTER: OnceLock<InMemorySpanExporter> = OnceLock::new();
    let exporter = EXPORTER.get_or_init(|| {
        let exporter = InMemorySpanExporter::default();
        global::set_tracer_provider(SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build());
        exporter
    });
    exporter.get_finished_spans().unwrap()
}

#[start_runtime::test]
async fn the_span_of_a_request_knows_its_operation() {
    spans();
    let app = app("/traced");
    for (query, kind, name) in [
        ("query Traced { owl }", "query", Some("Traced")),
        ("{ owl }", "query", None),
        (&format!("query {} {{ owl }}", "a".repeat(5000)), "query", Some("aaaaaaaaaa")),
    ] {
        post(&app, "/traced", &json!({ "query": query })).await;
        let all = spans();
        let span = all.iter().rfind(|span| span.name == "POST /traced").unwrap();
        let attribute = |name: &str| {
            let found = span.attributes.iter().find(|attribute| attribute.key.as_str() == name);
            found.map(|attribute| attribute.value.to_string())
        };
        assert_eq!(attribute("graphql.operation.type").as_deref(), Some(kind), "{query}");
        let found = attribute("graphql.operation.name");
        assert_eq!(found.is_some(), name.is_some(), "{query}");
        assert!(found.is_none_or(|found| found.starts_with(name.unwrap()) && found.len() < 300), "{query}");
    }
}
