//! `event.fetch`: a fetched request behaves like one from outside.

use actix_web::middleware::DefaultHeaders;
use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, json};
use start_runtime::{FetchError, Request, Response, test};

#[api_route("/f/echo")]
mod echo {
    use super::*;

    async fn GET(event: APIEvent) -> Value {
        json!({
            "cookie": event.request.header("cookie"),
            "authorization": event.request.header("authorization"),
            "test": event.request.header("x-test"),
            "host": event.request.header("host"),
            "id": event.request_id(),
            "traceparent": event.request.header("traceparent"),
            "tracestate": event.request.header("tracestate"),
        })
    }

    async fn POST(Json(body): Json<Value>) -> (StatusCode, Value) {
        (StatusCode::ACCEPTED, json!({ "got": body }))
    }
}

#[api_route(GET, "/f/plain")]
async fn plain(event: APIEvent) -> Result<Response, Problem> {
    Ok(event.fetch("/f/echo").await?.into())
}

#[api_route(GET, "/f/another-trace")]
async fn another_trace(event: APIEvent) -> Result<Response, Problem> {
    Ok(event.fetch(Request::get("/f/echo").header("traceparent", "another")).await?.into())
}

#[api_route(GET, "/f/credentials")]
async fn credentials(event: APIEvent) -> Result<Response, Problem> {
    Ok(event.fetch(Request::get("/f/echo").header("X-Test", "own").forward_credentials()).await?.into())
}

#[api_route(GET, "/f/post")]
async fn post(APIEvent { fetch, .. }: APIEvent) -> Result<(StatusCode, Value), Problem> {
    let answer = fetch.call(Request::post("/f/echo").json(&json!([1, 2]))).await?;
    Ok((answer.status(), answer.json().await?))
}

#[api_route(GET, "/f/called")]
async fn called(APIEvent { fetch, .. }: APIEvent) -> Result<Value, Problem> {
    Ok(fetch("/f/echo").await?.json().await?)
}

/// The statuses of requests that find no handler.
#[api_route(GET, "/f/statuses")]
async fn statuses(event: APIEvent) -> Result<Vec<u16>, Problem> {
    let mut statuses = Vec::new();
    for request in [
        Request::get("/f/nothing"),
        Request::delete("/f/echo"),
        Request::post("/f/echo").body("x"),
        Request::options("/f/echo"),
        Request::get("/f/%zz"),
    ] {
        statuses.push(event.fetch(request).await?.status().as_u16());
    }
    Ok(statuses)
}

/// Fetches itself, and returns how deep it got.
#[api_route(GET, "/f/deep/[depth]")]
async fn deep(event: APIEvent, depth: usize) -> Result<String, Problem> {
    let answer = event.fetch(format!("/f/deep/{}", depth + 1)).await?;
    if answer.status() == 508 {
        return Ok(format!("{depth}: {}", answer.header("content-type").unwrap_or_default()));
    }
    Ok(answer.text().await?)
}

/// Fetches itself twice, however deep it is. Returns how many fetches were answered, and how many were refused.
#[api_route(GET, "/f/twice")]
async fn twice(event: APIEvent) -> Result<Vec<usize>, Problem> {
    let (mut answered, mut refused) = (0, 0);
    for _ in 0..2 {
        let answer = event.fetch("/f/twice").await?;
        if answer.status() == 508 {
            refused += 1;
            continue;
        }
        let inner: Vec<usize> = answer.json().await?;
        answered += 1 + inner[0];
        refused += inner[1];
    }
    Ok(vec![answered, refused])
}

/// Fetches a route as often as the path says, from the handler, from its stream or behind its answer.
#[api_route(GET, "/f/often/[count]")]
async fn often(event: APIEvent, count: usize) -> Result<Vec<u16>, Problem> {
    let mut statuses = Vec::new();
    for _ in 0..count {
        statuses.push(event.fetch("/f/chunks").await?.status().as_u16());
    }
    statuses.dedup();
    Ok(statuses)
}

static BEHIND: std::sync::Mutex<Vec<u16>> = std::sync::Mutex::new(Vec::new());

#[api_route(GET, "/f/behind/[count]")]
async fn behind(event: APIEvent, count: usize) {
    let inner = event.clone();
    event.after(async move {
        for _ in 0..count {
            let status = inner.fetch("/f/chunks").await.unwrap().status().as_u16();
            BEHIND.lock().unwrap().push(status);
        }
    });
}

#[api_route(GET, "/f/elsewhere")]
async fn elsewhere(event: APIEvent) -> Result<&'static str, Problem> {
    match event.fetch("ftp://example.org/").await {
        Err(FetchError::NotAPath(path)) if path.starts_with("ftp") => Ok("refused"),
        _ => Ok("sent"),
    }
}

#[api_route(GET, "/f/not-json")]
async fn not_json(event: APIEvent) -> Result<u32, Problem> {
    Ok(event.fetch("/f/nothing").await?.json().await?)
}

#[api_route(GET, "/f/stream")]
async fn stream(event: APIEvent) -> Result<String, Problem> {
    Ok(event.fetch("/f/chunks").await?.text().await?)
}

#[api_route(GET, "/f/chunks")]
async fn chunks() -> Response {
    let chunks =
        ["a", "b", "c"].map(|text| Ok::<_, std::io::Error>(actix_web::web::Bytes::from_static(text.as_bytes())));
    Response::stream(Chunks(chunks.into_iter())).content_type("text/plain")
}

struct Chunks<I>(I);

impl<I: Iterator + Unpin> futures_core::Stream for Chunks<I> {
    type Item = I::Item;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<I::Item>> {
        std::task::Poll::Ready(self.0.next())
    }
}

#[start_runtime::test]
async fn headers_stay_behind_unless_asked_for() {
    let app = test::app();
    let ask = |path: &str| {
        app.get(path)
            .header("Cookie", "a=1")
            .header("Authorization", "Bearer x")
            .header("X-Test", "outside")
            .header("Host", "h")
            .header("X-Request-Id", "r1")
    };
    let plain: Value = ask("/f/plain").await.json().await.unwrap();
    assert_eq!(
        (&plain["cookie"], &plain["authorization"], &plain["test"], &plain["host"]),
        (&Value::Null, &Value::Null, &Value::Null, &json!("h"))
    );
    let forwarded: Value = ask("/f/credentials").await.json().await.unwrap();
    assert_eq!(
        (&forwarded["cookie"], &forwarded["authorization"], &forwarded["test"]),
        (&json!("a=1"), &json!("Bearer x"), &json!("own"))
    );
}

#[start_runtime::test]
async fn the_trace_goes_along_unless_the_handler_sets_another() {
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let app = test::app();
    let cases = [("/f/plain", json!(parent), json!("a=1")), ("/f/another-trace", json!("another"), Value::Null)];
    for (path, traceparent, tracestate) in cases {
        let request = app.get(path).header("traceparent", parent).header("tracestate", "a=1");
        let seen: Value = request.await.json().await.unwrap();
        assert_eq!((&seen["traceparent"], &seen["tracestate"]), (&traceparent, &tracestate), "{path}");
    }
    let without: Value = app.get("/f/plain").await.json().await.unwrap();
    assert_eq!((&without["traceparent"], &without["tracestate"]), (&Value::Null, &Value::Null));
}

#[start_runtime::test]
async fn a_body_goes_along_and_the_answer_comes_back() {
    let app = test::app();
    let answer = app.get("/f/post").await;
    assert_eq!(answer.status(), 202);
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "got": [1, 2] }));
    assert_eq!(app.get("/f/called").await.status(), 200);
    assert_eq!(app.get("/f/stream").await.text().await.unwrap(), "abc");
}

#[start_runtime::test]
async fn what_is_not_there_is_a_response() {
    assert_eq!(test::app().get("/f/statuses").await.json::<Vec<u16>>().await.unwrap(), [404, 405, 415, 204, 400]);
}

#[start_runtime::test]
async fn the_17th_nesting_is_a_508() {
    // The request from outside has depth 0; the fetch inside of depth 16 is the 17th.
    assert_eq!(test::app().get("/f/deep/0").await.text().await.unwrap(), "16: application/problem+json");
}

#[start_runtime::test]
async fn the_fetches_for_one_request_are_counted() {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let problems = seen.clone();
    let start = Start::new().fetch_limit(100).on_error(move |problem, _| {
        problems.lock().unwrap().push((problem.status().as_u16(), problem.member("requestId").is_some()));
        problem
    });
    let app = test::app_with(start);
    let counts: Vec<usize> = app.get("/f/twice").await.json().await.unwrap();
    assert_eq!(counts[0], 100);
    let problems = std::mem::take(&mut *seen.lock().unwrap());
    assert_eq!(problems.len(), counts[1]);
    assert!(problems.iter().all(|(status, _)| *status == 508));
    assert_eq!(problems.iter().filter(|(_, is_logged)| *is_logged).count(), 1, "one line in the log");
    for (count, statuses) in [(100, vec![200]), (101, vec![200, 508])] {
        assert_eq!(app.get(format!("/f/often/{count}")).await.json::<Vec<u16>>().await.unwrap(), statuses);
    }
    assert_eq!(app.get("/f/behind/150").await.status(), 404);
    app.after_work().await;
    assert_eq!(*BEHIND.lock().unwrap(), [200; 150], "what goes on behind an answer has no end that could be counted");
    let app = test::app();
    assert_eq!(app.get("/f/twice").await.json::<Vec<usize>>().await.unwrap()[0], 1000);
    assert_eq!(app.get("/f/often/1001").await.json::<Vec<u16>>().await.unwrap(), [200, 508]);
    let app = test::app_with(Start::new().fetch_limit(100).wrap(|| DefaultHeaders::new().add(("x-a", "b"))));
    assert_eq!(app.get("/f/twice").await.json::<Vec<usize>>().await.unwrap()[0], 100, "with middleware");
}

#[start_runtime::test]
async fn middleware_runs_for_a_fetch() {
    let app = test::app_with(Start::new().wrap(|| DefaultHeaders::new().add(("X-Middleware", "was here"))));
    assert_eq!(app.get("/f/plain").await.header("x-middleware"), Some("was here"));
    let start = Start::new().wrap(|| {
        actix_web::middleware::from_fn(
            |request: actix_web::dev::ServiceRequest, next: actix_web::middleware::Next<_>| async move {
                if request.path() == "/f/echo" {
                    Err(actix_web::error::ErrorImATeapot("inside"))
                } else {
                    next.call(request).await
                }
            },
        )
    });
    assert_eq!(test::app_with(start).get("/f/plain").await.status(), 418);
}

#[start_runtime::test]
async fn other_schemes_and_other_types_are_clear_errors() {
    let app = test::app();
    assert_eq!(app.get("/f/elsewhere").await.text().await.unwrap(), "refused");
    assert_eq!(app.get("/f/not-json").await.status(), 500);
}
