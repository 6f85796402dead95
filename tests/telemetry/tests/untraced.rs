//! The feature is on, but no tracer is set up: trace headers are passed on, and nothing else happens.

use start_runtime::opentelemetry::Context;
use start_runtime::opentelemetry::trace::TraceContextExt as _;
use start_runtime::prelude::*;
use start_runtime::test;

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[api_route("/inner")]
async fn GET(event: APIEvent) -> Json<(Option<String>, Option<String>, bool)> {
    let header = |name| event.request.header(name).map(str::to_owned);
    Json((header("traceparent"), header("tracestate"), Context::current().has_active_span()))
}

#[api_route("/outer")]
mod outer {
    use super::*;

    async fn GET(event: APIEvent) -> Result<Json<(Option<String>, Option<String>, bool)>, Problem> {
        Ok(Json(event.fetch("/inner").await?.json().await?))
    }
}

#[start_runtime::test]
async fn a_trace_is_passed_on_unchanged() {
    let app = test::app();
    for _ in 0..3 {
        let answer = app.get("/outer").header("traceparent", PARENT).header("tracestate", "a=1").await;
        let seen: (Option<String>, Option<String>, bool) = answer.json().await.unwrap();
        assert_eq!(seen, (Some(PARENT.to_owned()), Some("a=1".to_owned()), false));
    }
    let seen: (Option<String>, Option<String>, bool) = app.get("/outer").await.json().await.unwrap();
    assert_eq!(seen, (None, None, false));
}
