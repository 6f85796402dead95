//! One conversion of errors: whatever a route fails with is answered the same, whoever fails with it: the handler, one
//! of its extractors, a page, or middleware.

use std::future::{Ready, ready};

use actix_web::cookie::Cookie;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError};
use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, json};
use start_runtime::test::TestApp;
use start_runtime::{Response, test};

/// An error with a response of its own.
#[derive(Debug)]
struct Moved;

impl std::fmt::Display for Moved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("moved")
    }
}

impl ResponseError for Moved {
    fn error_response(&self) -> HttpResponse {
        redirect().into()
    }
}

/// An error that has no more than a status and a text.
#[derive(Debug)]
struct Closed;

impl std::fmt::Display for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("closed on Sundays")
    }
}

impl ResponseError for Closed {
    fn status_code(&self) -> StatusCode {
        StatusCode::FORBIDDEN
    }
}

fn redirect() -> Response {
    Response::redirect("/login")
        .cookie(Cookie::new("from", "/vault"))
        .append_header("x-two", "1")
        .append_header("x-two", "2")
}

fn named(error: &str) -> actix_web::Error {
    match error {
        "redirect" => InternalError::from_response("sign in", redirect().into()).into(),
        "own" => Moved.into(),
        "json" => InternalError::from_response("", Response::json(json!({ "error": "no" })).status(401).into()).into(),
        "text" => InternalError::from_response("", HttpResponse::Conflict().body("a text of its own")).into(),
        "empty" => InternalError::from_response("an empty answer", HttpResponse::Gone().finish()).into(),
        "broken" => InternalError::from_response("", HttpResponse::BadGateway().body("not now")).into(),
        "response" => Response::json(json!({ "error": "no" })).status(402).header("x-more", "yes").into(),
        "nothing" => Response::empty().status(403).into(),
        "mapped" => {
            let mut error: actix_web::Error = Problem::conflict("twice").header("x-own", "1").into();
            error.add_response_mapper(|mut response| {
                response.headers_mut().insert(header::VARY, HeaderValue::from_static("Origin"));
                response
            });
            error
        }
        "problem" => Problem::conflict("twice").header("x-own", "1").into(),
        "closed" => Closed.into(),
        _ => actix_web::error::ErrorInternalServerError("a secret"),
    }
}

const ERRORS: [&str; 12] = [
    "redirect", "own", "json", "text", "empty", "broken", "response", "nothing", "mapped", "problem", "closed",
    "unknown",
];

/// An extractor that fails with what the query says.
struct Fails;

impl FromRequest for Fails {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Err(named(http.query_string())))
    }
}

/// An extractor whose error is a response.
struct SignedIn;

impl FromRequest for SignedIn {
    type Error = Response;
    type Future = Ready<Result<Self, Response>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Err(redirect()))
    }
}

#[api_route(GET, "/failing/handler")]
async fn handler(event: APIEvent) -> Result<(), actix_web::Error> {
    Err(named(event.request.query_string()))
}

#[api_route(GET, "/failing/extractor")]
async fn extractor(_fails: Fails) {}

#[api_route(GET, "/failing/nested")]
async fn nested((_fails, _other): (Fails, SignedIn)) {}

#[api_route(GET, "/failing/result")]
async fn result(fails: Result<Fails, actix_web::Error>) -> Result<(), actix_web::Error> {
    fails.map(drop)
}

#[api_route(GET, "/failing/question-mark")]
async fn question_mark(event: APIEvent) -> Result<(), Problem> {
    Err(named(event.request.query_string()))?;
    Ok(())
}

#[api_route(GET, "/failing/boxed")]
async fn boxed(event: APIEvent) -> Result<(), Box<dyn std::error::Error>> {
    Err(named(event.request.query_string()))?;
    Ok(())
}

#[api_route(GET, "/failing/response")]
async fn response(_fails: Result<Fails, Response>) -> Result<(), Response> {
    _fails.map(drop)
}

#[page_route("/failing/page")]
async fn page(_fails: Fails) -> &'static str {
    "a page"
}

#[api_route(GET, "/failing/signed-in")]
async fn signed_in(_user: SignedIn) {}

#[api_route(GET, "/failing/status-and/[what]")]
async fn status_and_text(what: String) -> Result<(), (StatusCode, String)> {
    Err((StatusCode::IM_A_TEAPOT, what))
}

#[api_route(POST, "/failing/status-and/[what]")]
async fn status_and_json(what: String) -> Result<(), (StatusCode, Json<Value>)> {
    Err((StatusCode::IM_A_TEAPOT, Json(json!({ "error": what }))))
}

#[api_route(PUT, "/failing/status-and/[what]")]
async fn value_and_status(what: String) -> Result<(), (Value, StatusCode)> {
    Err((json!({ "error": what }), StatusCode::IM_A_TEAPOT))
}

#[api_route(DELETE, "/failing/status-and/[what]")]
async fn status_and_problem(what: String) -> Result<(), (StatusCode, Problem)> {
    Err((StatusCode::IM_A_TEAPOT, Problem::not_found(what)))
}

#[page_route("/failing/status-page")]
async fn status_page() -> Result<String, (StatusCode, &'static str)> {
    Err((StatusCode::NOT_FOUND, "<h1>Nothing</h1>"))
}

fn program() -> TestApp {
    test::app_with(Start::new().wrap(|| {
        from_fn(|request: ServiceRequest, next: Next<_>| async move {
            match request.path() {
                "/failing/middleware" => Err(named(request.query_string())),
                _ => next.call(request).await,
            }
        })
    }))
}

/// The whole answer: status, headers in order, body. The name of the request differs between two of them.
async fn answer(app: &TestApp, path: &str) -> (u16, Vec<(String, String)>, String) {
    let answer = app.get(path).await;
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut headers: Vec<(String, String)> =
        answer.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    headers.sort();
    let status = answer.status().as_u16();
    let body = answer.text().await.unwrap();
    let body = match start_runtime::serde_json::from_str::<Value>(&body) {
        Ok(mut body) => {
            body.as_object_mut().unwrap().remove("requestId");
            body.to_string()
        }
        Err(_) => body,
    };
    (status, headers, body)
}

#[start_runtime::test]
async fn an_error_is_answered_the_same_whoever_fails_with_it() {
    let app = program();
    for error in ERRORS {
        let expected = answer(&app, &format!("/failing/handler?{error}")).await;
        for route in ["extractor", "nested", "result", "question-mark", "boxed", "response", "page", "middleware"] {
            if (route, error) == ("response", "unknown") {
                // A problem that became a response has lost the error behind it, and the name of the request.
                continue;
            }
            assert_eq!(answer(&app, &format!("/failing/{route}?{error}")).await, expected, "{route}: {error}");
        }
    }
}

#[start_runtime::test]
async fn nothing_of_an_errors_own_response_is_lost() {
    let app = program();
    let header = |headers: &[(String, String)], name: &str| -> Vec<String> {
        headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
    };
    for path in ["handler?redirect", "extractor?redirect", "middleware?redirect", "signed-in", "extractor?own"] {
        let (status, headers, body) = answer(&app, &format!("/failing/{path}")).await;
        assert_eq!((status, body.as_str()), (302, ""), "{path}");
        assert_eq!(header(&headers, "location"), ["/login"], "{path}");
        assert_eq!(header(&headers, "set-cookie"), ["from=%2Fvault; Path=/"], "{path}");
        assert_eq!(header(&headers, "x-two"), ["1", "2"], "{path}");
        assert_eq!(header(&headers, "content-type"), [""; 0], "{path}");
    }
    let cases = [
        ("json", 401, "application/json", r#"{"error":"no"}"#),
        ("text", 409, "", "a text of its own"),
        (
            "empty",
            410,
            "application/problem+json",
            r#"{"type":"about:blank","title":"Gone","status":410,"detail":"an empty answer"}"#,
        ),
        ("broken", 502, "", "not now"),
        ("response", 402, "application/json", r#"{"error":"no"}"#),
        ("nothing", 403, "", ""),
        (
            "problem",
            409,
            "application/problem+json",
            r#"{"type":"about:blank","title":"Conflict","status":409,"detail":"twice"}"#,
        ),
        (
            "closed",
            403,
            "application/problem+json",
            r#"{"type":"about:blank","title":"Forbidden","status":403,"detail":"closed on Sundays"}"#,
        ),
        (
            "unknown",
            500,
            "application/problem+json",
            r#"{"type":"about:blank","title":"Internal Server Error","status":500}"#,
        ),
    ];
    for (error, status, content_type, body) in cases {
        let found = answer(&app, &format!("/failing/extractor?{error}")).await;
        assert_eq!((found.0, found.2.as_str()), (status, body), "{error}");
        assert_eq!(header(&found.1, "content-type").concat(), content_type, "{error}");
    }
    for place in ["handler", "extractor", "middleware"] {
        let (_, headers, _) = answer(&app, &format!("/failing/{place}?mapped")).await;
        assert_eq!(
            (header(&headers, "vary").concat(), header(&headers, "x-own").concat()),
            ("Origin".into(), "1".into()),
            "{place}"
        );
    }
}

#[start_runtime::test]
async fn the_hook_sees_the_problems_of_extractors_and_no_responses() {
    let app =
        test::app_with(Start::new().on_error(|problem, _| {
            Response::json(json!({ "oops": problem.status().as_u16() })).status(problem.status())
        }));
    for (error, status, seen) in [
        ("redirect", 302, false),
        ("json", 401, false),
        ("response", 402, false),
        ("problem", 409, true),
        ("closed", 403, true),
    ] {
        for place in ["handler", "extractor", "question-mark", "boxed", "page"] {
            let answer = app.get(format!("/failing/{place}?{error}")).await;
            assert_eq!(answer.status(), status, "{place}: {error}");
            assert_eq!(answer.text().await.unwrap().contains("oops"), seen, "{place}: {error}");
        }
    }
}

#[start_runtime::test]
async fn a_change_to_an_error_with_a_response_makes_it_a_problem() {
    let problem = Problem::from(named("redirect")).with_detail("somewhere else").with_status(401);
    let response: HttpResponse = Response::from(problem).into();
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers().get("content-type").unwrap(), "application/problem+json");
    assert_eq!(response.headers().get("location").unwrap(), "/login");
}

#[start_runtime::test]
async fn a_status_and_a_value_are_an_error() {
    let app = test::app();
    let path = "/failing/status-and/tea";
    for (method, content_type, part) in [
        ("GET", "text/plain; charset=utf-8", "tea"),
        ("POST", "application/json", r#"{"error":"tea"}"#),
        ("PUT", "application/json", r#"{"error":"tea"}"#),
        ("DELETE", "application/problem+json", r#""status":418,"detail":"tea""#),
    ] {
        let answer = match method {
            "GET" => app.get(path).await,
            "POST" => app.post(path).await,
            "PUT" => app.put(path).await,
            _ => app.delete(path).await,
        };
        assert_eq!((answer.status().as_u16(), answer.header("content-type")), (418, Some(content_type)), "{method}");
        assert!(answer.text().await.unwrap().contains(part), "{method}");
    }
    let page = app.get("/failing/status-page").await;
    assert_eq!((page.status().as_u16(), page.header("content-type")), (404, Some("text/html; charset=utf-8")));
}

#[api_route(GET, "/failing/challenge")]
async fn challenge() -> Result<(), Problem> {
    Err(Problem::unauthorized("who?")
        .header("WWW-Authenticate", "Basic")
        .header("WWW-Authenticate", "Bearer")
        .header("X-Own", "1"))
}

#[api_route(POST, "/failing/json")]
async fn takes_json(Json(value): Json<Value>) -> Json<Value> {
    Json(value)
}

#[start_runtime::test]
async fn the_headers_of_a_problem_outlive_the_hook() {
    let app = test::app_with(Start::new().on_error(|problem, _| {
        Response::json(json!({ "errors": { "body": [problem.title()] } })).status(problem.status()).header("X-Own", "2")
    }));
    let answer = app.get("/failing/challenge").await;
    let all: Vec<&HeaderValue> = answer.headers().get_all("www-authenticate").collect();
    assert_eq!(all, ["Basic", "Bearer"]);
    assert_eq!(answer.headers().get_all("x-own").collect::<Vec<_>>(), ["2"], "the hook's own header counts");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let answer = app.post("/failing/json").body("{}").await;
    assert_eq!((answer.status().as_u16(), answer.header("accept-post")), (415, Some("application/json")));
    assert_eq!(app.put("/failing/json").await.header("allow"), Some("POST, OPTIONS"));
}
