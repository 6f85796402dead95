//! Errors, panics, and the hook that sees them all.

use std::sync::{Arc, Mutex};

use actix_web::middleware::from_fn;
use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, json};
use start_runtime::{Response, test};

#[api_route(GET, "/err/panic")]
async fn panics() -> String {
    String::from_utf8(vec![0xff]).expect("a secret")
}

#[api_route(GET, "/err/late-panic")]
async fn panics_late() -> String {
    start_runtime::actix_web::rt::task::yield_now().await;
    panic!("a secret")
}

#[api_route(GET, "/err/io")]
async fn io() -> Result<String, std::io::Error> {
    Err(std::io::Error::new(std::io::ErrorKind::NotFound, "a secret"))
}

#[api_route(GET, "/err/question-mark")]
async fn question_mark() -> Result<u32, Problem> {
    Ok("a secret".parse::<u32>()?)
}

#[api_route(GET, "/err/boxed")]
async fn boxed() -> Result<u32, Box<dyn std::error::Error>> {
    Ok("a secret".parse::<u32>()?)
}

#[api_route(GET, "/err/text")]
async fn text() -> Result<u32, String> {
    Err("a secret".to_owned())
}

#[api_route(GET, "/err/actix-500")]
async fn actix_500() -> Result<u32, actix_web::Error> {
    Err(actix_web::error::ErrorInternalServerError("a secret"))
}

#[api_route(GET, "/err/actix-410")]
async fn actix_410() -> Result<u32, actix_web::Error> {
    Err(actix_web::error::ErrorGone("it was here"))
}

#[api_route(GET, "/err/own")]
async fn own() -> Result<u32, Problem> {
    Err(Problem::new(402)
        .with_title("Pay first")
        .with_type("https://example.org/pay")
        .with_instance("/bills/7")
        .with("price", 3)
        .header("X-Bill", "7"))
}

#[api_route(GET, "/err/response")]
async fn response() -> Result<u32, Response> {
    Err(Response::new("Not logged in").status(401))
}

#[api_route(GET, "/err/status")]
async fn status() -> Result<u32, StatusCode> {
    Err(StatusCode::IM_A_TEAPOT)
}

#[api_route(GET, "/err/response-status/[status]")]
async fn response_status(status: u16) -> Response {
    Response::new("a body").status(status)
}

#[api_route(GET, "/err/tuple-status/[status]")]
async fn tuple_status(status: u16) -> Result<(StatusCode, &'static str), Problem> {
    Ok((StatusCode::from_u16(status)?, "a body"))
}

#[start_runtime::test]
async fn a_status_that_cannot_end_an_answer_is_a_500() {
    let app = test::app();
    for path in [
        "response-status/0",
        "response-status/99",
        "response-status/1000",
        "response-status/100",
        "response-status/101",
        "tuple-status/103",
    ] {
        let answer = app.get(format!("/err/{path}")).await;
        assert_eq!(
            (answer.status().as_u16(), answer.header("content-type")),
            (500, Some("application/problem+json")),
            "{path}"
        );
    }
    for status in [204, 205, 304] {
        let answer = app.get(format!("/err/response-status/{status}")).await;
        assert_eq!((answer.status().as_u16(), answer.header("content-type")), (status, None));
        assert_eq!(answer.text().await.unwrap(), "");
    }
}

#[start_runtime::test]
async fn what_is_unexpected_is_a_500_that_tells_no_secret() {
    let app = test::app();
    for path in ["panic", "late-panic", "io", "question-mark", "boxed", "text", "actix-500"] {
        let answer = app.get(format!("/err/{path}")).await;
        assert_eq!(answer.status(), 500, "{path}");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(
            (&problem["type"], &problem["title"], &problem["status"]),
            (&json!("about:blank"), &json!("Internal Server Error"), &json!(500))
        );
        assert!(problem["requestId"].is_string(), "{path}: {problem}");
        assert!(!problem.to_string().contains("secret"), "{path}: {problem}");
    }
}

#[start_runtime::test]
async fn errors_that_are_answers_are_sent_as_they_are() {
    let app = test::app();
    let own = app.get("/err/own").await;
    assert_eq!((own.status().as_u16(), own.header("x-bill")), (402, Some("7")));
    assert_eq!(
        own.text().await.unwrap(),
        r#"{"type":"https://example.org/pay","title":"Pay first","status":402,"instance":"/bills/7","price":3}"#
    );
    let response = app.get("/err/response").await;
    assert_eq!((response.status().as_u16(), response.header("content-type")), (401, Some("text/plain; charset=utf-8")));
    assert_eq!(response.text().await.unwrap(), "Not logged in");
    let status = app.get("/err/status").await;
    assert_eq!((status.status().as_u16(), status.header("content-type")), (418, None));
    let gone: Value = app.get("/err/actix-410").await.json().await.unwrap();
    assert_eq!((&gone["status"], &gone["detail"]), (&json!(410), &json!("it was here")));
}

#[start_runtime::test]
async fn one_hook_sees_every_problem() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let start = Start::new()
        .wrap(|| {
            from_fn(|request: actix_web::dev::ServiceRequest, next: actix_web::middleware::Next<_>| async move {
                match request.query_string() {
                    "fail" => Err(actix_web::error::ErrorForbidden("by middleware")),
                    "panic" => panic!("in middleware"),
                    _ => next.call(request).await,
                }
            })
        })
        .on_error(move |problem, request| {
            let cause = problem.cause().map(str::to_owned);
            log.lock().unwrap().push((
                problem.status().as_u16(),
                request.uri().path().to_owned(),
                request.pattern(),
                cause.is_some(),
            ));
            Response::json(json!({ "oops": problem.status().as_u16() }))
                .status(problem.status())
                .header("X-Hook", "yes")
        });
    let app = test::app_with(start);
    for (path, status) in [
        ("/err/panic", 500),
        ("/err/own", 402),
        ("/err/nothing", 404),
        ("/err/%", 400),
        ("/err/own?fail", 403),
        ("/err/own?panic", 500),
    ] {
        let answer = app.get(path).await;
        assert_eq!((answer.status().as_u16(), answer.header("x-hook")), (status, Some("yes")), "{path}");
    }
    assert_eq!(app.post("/err/own").await.header("x-hook"), Some("yes"));
    let seen = seen.lock().unwrap();
    assert_eq!(seen[0], (500, "/err/panic".to_owned(), Some("/err/panic"), true));
    assert_eq!(seen.len(), 7);
}

/// An error with something behind it.
#[derive(Debug)]
struct Unreachable(std::io::Error);

impl std::fmt::Display for Unreachable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the owlery is unreachable")
    }
}

impl std::error::Error for Unreachable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

fn unreachable() -> Result<u32, Unreachable> {
    Err(Unreachable(std::io::Error::other("a closed window")))
}

#[api_route(GET, "/err/chain/own")]
async fn chain_own() -> Result<u32, Unreachable> {
    unreachable()
}

#[api_route(GET, "/err/chain/question-mark")]
async fn chain_question_mark() -> Result<u32, Problem> {
    Ok(unreachable()?)
}

#[api_route(GET, "/err/chain/boxed")]
async fn chain_boxed() -> Result<u32, Box<dyn std::error::Error>> {
    Ok(unreachable()?)
}

#[api_route(GET, "/err/chain/send-boxed")]
async fn chain_send_boxed() -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    Ok(unreachable()?)
}

#[api_route(GET, "/err/chain/given")]
async fn chain_given() -> Result<u32, Problem> {
    unreachable().map_err(|error| Problem::new(503).caused_by(error))
}

#[api_route(GET, "/err/chain/said")]
async fn chain_said() -> Result<u32, Problem> {
    Err(Problem::internal("a closed window"))
}

#[start_runtime::test]
async fn the_hook_walks_from_a_problem_to_the_error_behind_it() {
    // the route, the texts from the problem on, whether the error can be downcast, the status
    let both = &["the owlery is unreachable", "a closed window"][..];
    let cases = [
        ("own", both, true, 500),
        ("question-mark", both, false, 500),
        ("boxed", both, false, 500),
        ("send-boxed", both, true, 500),
        ("given", both, true, 503),
        ("said", &both[1..], false, 500),
    ];
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let app = test::app_with(Start::new().on_error(move |problem, _| {
        let mut texts = Vec::new();
        let mut error = problem.source();
        while let Some(link) = error {
            texts.push(link.to_string());
            error = link.source();
        }
        let is_own = problem.source().is_some_and(|error| error.is::<Unreachable>());
        log.lock().unwrap().push((texts, is_own, problem.cause().map(str::to_owned)));
        problem
    }));
    for (route, texts, is_own, status) in cases {
        let answer = app.get(format!("/err/chain/{route}")).await;
        assert_eq!(answer.status(), status, "{route}");
        assert!(!answer.text().await.unwrap().contains("window"), "{route}: the client sees nothing of it");
        let expected = (texts.iter().map(ToString::to_string).collect(), is_own, Some(texts.join(": ")));
        assert_eq!(seen.lock().unwrap().pop(), Some(expected), "{route}");
    }
}
