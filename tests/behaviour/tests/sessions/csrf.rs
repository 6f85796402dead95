//! Requests with the cookie of a session that pages of other sites have made.

use std::sync::atomic::{AtomicU32, Ordering};

use start_runtime::serde_json::{Value, json};
use start_runtime::test::{self, TestApp, TestRequest};
use start_runtime::{Cors, Csrf, Request, Secrets, Session, SessionConfig, prelude::*};

/// The transfers of one test: others run at the same time.
static MOVES: AtomicU32 = AtomicU32::new(0);

#[api_route(ANY, "/csrf/transfer")]
async fn transfer(event: APIEvent) -> u32 {
    let is_counted = !event.request.method().is_safe() && event.request.header("x-counted").is_some();
    MOVES.fetch_add(u32::from(is_counted), Ordering::SeqCst)
}

#[api_route("/csrf/session")]
mod session {
    use super::*;

    async fn GET(session: Session<u32>) -> u32 {
        *session
    }

    async fn POST(mut session: Session<u32>) -> u32 {
        session.update(|count| *count += 1);
        *session
    }
}

#[api_route(GET, "/csrf/fetching")]
async fn fetching(event: APIEvent) -> Result<StatusCode, Problem> {
    Ok(event.fetch(Request::post("/csrf/session").forward_credentials()).await?.status())
}

type Fields<'a> = &'a [(&'a str, &'a str)];

fn program() -> Start {
    Start::new().session(SessionConfig::new(Secrets::random()).cookie("sid"))
}

fn with(request: TestRequest, fields: &[(&str, &str)]) -> TestRequest {
    fields.iter().fold(request, |request, (name, value)| request.header(name, value))
}

async fn status(app: &TestApp, method: &str, fields: &[(&str, &str)]) -> u16 {
    let method = method.parse().unwrap();
    with(app.request(method, "/csrf/transfer"), fields).await.status().as_u16()
}

#[start_runtime::test]
async fn a_request_with_the_cookie_comes_from_the_same_origin() {
    let app = test::app_with(program()).with_header("host", "a.example:3000").with_header("x-counted", "yes");
    let cookie = ("cookie", "sid=1");
    let (site, origin, referer) = ("sec-fetch-site", "origin", "referer");
    let same = "http://a.example:3000";
    let cases: &[(Fields<'_>, u16)] = &[
        (&[], 200),
        (&[(site, "cross-site")], 200),
        (&[("cookie", "other=1; SID=2; sid2=3; xsid=4"), (site, "cross-site")], 200),
        (&[cookie], 403),
        (&[("cookie", "a=b; sid")], 403),
        (&[("cookie", "a=b;sid = 1")], 403),
        (&[("cookie", "sid=")], 403),
        (&[cookie, (site, "same-origin")], 200),
        (&[cookie, (site, "none")], 200),
        (&[cookie, (site, "same-site")], 403),
        (&[cookie, (site, "cross-site")], 403),
        (&[cookie, (site, "what")], 403),
        (&[cookie, (site, "")], 403),
        (&[cookie, (site, "cross-site"), (origin, same)], 403),
        (&[cookie, (site, "same-origin"), (origin, "http://evil.example")], 200),
        (&[cookie, (origin, same)], 200),
        (&[cookie, (origin, "https://a.example:3000")], 200),
        (&[cookie, (origin, "http://a.example")], 403),
        (&[cookie, (origin, "http://a.example:3001")], 403),
        (&[cookie, (origin, "http://evil.example:3000")], 403),
        (&[cookie, (origin, "null")], 403),
        (&[cookie, (origin, "null"), (referer, "http://a.example:3000/x")], 403),
        (&[cookie, (referer, "http://a.example:3000/x?y")], 200),
        (&[cookie, (referer, "http://a.example:3000.evil.example/")], 403),
        (&[cookie, (referer, "http://evil.example/a.example:3000")], 403),
        (&[cookie, ("x-forwarded-host", "evil.example"), (origin, "http://evil.example")], 403),
        (&[cookie, ("x-http-method-override", "GET")], 403),
        (&[cookie, ("content-type", "application/json")], 403),
        (&[cookie, ("x-requested-with", "XMLHttpRequest")], 403),
    ];
    for (fields, expected) in cases {
        for method in ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"] {
            let before = MOVES.load(Ordering::SeqCst);
            assert_eq!(status(&app, method, fields).await, *expected, "{method} {fields:?}");
            let moved = MOVES.load(Ordering::SeqCst) - before;
            assert_eq!(moved, u32::from(*expected == 200), "{method} {fields:?}");
        }
        for method in ["GET", "HEAD", "OPTIONS"] {
            assert_eq!(status(&app, method, fields).await, 200, "{method} {fields:?}");
        }
    }
}

#[start_runtime::test]
async fn a_refusal_is_a_problem_with_the_reason() {
    let app = test::app_with(program());
    let answer = app.post("/csrf/transfer").header("cookie", "sid=1").await;
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let problem: Value = answer.json().await.unwrap();
    assert_eq!((&problem["status"], &problem["title"]), (&json!(403), &json!("Forbidden")));
    assert!(problem["detail"].as_str().unwrap().contains("does not say where it comes from"), "{problem}");
    // Nothing is there, and nobody learns it.
    assert_eq!(app.post("/csrf/nothing").header("cookie", "sid=1").await.status(), 403);
}

#[start_runtime::test]
async fn the_client_of_tests_is_a_page_of_the_program() {
    let browser = test::app_with(program()).with_cookies();
    for count in 1..=2 {
        assert_eq!(browser.post("/csrf/session").await.json::<u32>().await.unwrap(), count);
    }
    let evil =
        [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("referer", "https://evil.example/")];
    for (name, value) in evil {
        assert_eq!(browser.post("/csrf/session").header(name, value).await.status(), 403, "{name}");
    }
    // What a handler fetches is its own decision.
    assert_eq!(browser.get("/csrf/fetching").await.status(), 200);
    assert_eq!(browser.get("/csrf/session").await.json::<u32>().await.unwrap(), 2);
}

#[start_runtime::test]
async fn one_line_changes_what_is_protected() {
    let (sid, own) = (("cookie", "sid=1"), ("cookie", "own=1"));
    let cases: [(Start, Fields<'_>, u16); 10] = [
        (Start::new(), &[sid], 200),
        (program().without_csrf(), &[sid], 200),
        (program().csrf(Csrf::new()), &[sid], 403),
        (program().csrf(Csrf::new().cookie("own")), &[own], 403),
        (program().csrf(Csrf::new().cookie("own")), &[sid], 403),
        (program().csrf(Csrf::of(["own"])), &[sid], 200),
        (Start::new().csrf(Csrf::of(["own"])), &[own], 403),
        (program().csrf(Csrf::new().except("/csrf")), &[sid], 200),
        (program().csrf(Csrf::new().except("/csrf/transfer/x")), &[sid], 403),
        (
            program().csrf(Csrf::new().origin("https://app.example")),
            &[sid, ("origin", "https://app.example"), ("sec-fetch-site", "cross-site")],
            200,
        ),
    ];
    for (number, (start, fields, expected)) in cases.into_iter().enumerate() {
        assert_eq!(status(&test::app_with(start), "POST", fields).await, expected, "case {number}");
    }
    for (csrf, expected) in
        [(Csrf::new().origin("app.example"), "scheme and host"), (Csrf::new().except("x"), "a slash")]
    {
        let Err(error) = program().csrf(csrf).listen(([127, 0, 0, 1], 0).into()).await else { panic!("{expected}") };
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[start_runtime::test]
async fn a_page_that_cors_allows_can_read_the_refusal() {
    let start = program().cors(Cors::new().origin("https://app.example").credentials());
    let app = test::app_with(start).with_header("origin", "https://app.example");
    let answer = app.post("/csrf/transfer").header("cookie", "sid=1").await;
    assert_eq!(answer.status(), 403);
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://app.example"));
}

#[start_runtime::test]
async fn the_document_says_which_operations_are_refused() {
    async fn responses(start: Start, path: &str, method: &str) -> bool {
        let document: Value = test::app_with(start).get("/openapi.json").await.json().await.unwrap();
        document["paths"][path][method]["responses"].get("403").is_some()
    }
    let path = "/csrf/session";
    assert!(responses(program(), path, "post").await);
    assert!(!responses(program(), path, "get").await);
    assert!(!responses(program().without_csrf(), path, "post").await);
    assert!(!responses(program(), "/csrf/transfer", "post").await);
}
