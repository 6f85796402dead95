//! Bodies piece by piece, and the limits of individual routes.

use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::body::BoxBody;
use actix_web::dev::ServiceRequest;
use actix_web::middleware::{Next, from_fn};
use actix_web::web;
use start_runtime::Form;
use start_runtime::prelude::*;
use start_runtime::serde_json::Value;
use start_runtime::test::{app, app_with};

use crate::wire::{Server, eventually};

const LIMIT: usize = 64;

/// How many bytes `watched` has seen so far.
static SEEN: AtomicUsize = AtomicUsize::new(0);

async fn count(event: &APIEvent) -> Result<usize, Problem> {
    let mut stream = event.request.stream();
    let mut length = 0;
    while let Some(chunk) = stream.chunk().await? {
        length += chunk.len();
    }
    Ok(length)
}

#[api_route(POST, "/st/count")]
async fn count_all(event: APIEvent) -> Result<usize, Problem> {
    count(&event).await
}

#[api_route(POST, "/st/count-few", body_limit = LIMIT * 2)]
async fn count_few(event: APIEvent) -> Result<usize, Problem> {
    count(&event).await
}

#[api_route(POST, "/st/watched")]
async fn watched(event: APIEvent) -> Result<(), Problem> {
    let mut stream = event.request.stream();
    while let Some(chunk) = stream.chunk().await? {
        SEEN.fetch_add(chunk.len(), Ordering::Relaxed);
    }
    Ok(())
}

#[api_route(POST, "/st/twice")]
async fn twice(event: APIEvent) -> Result<usize, Problem> {
    event.request.text().await?;
    count(&event).await
}

/// A limit for all handlers of a module; one handler has its own.
#[api_route("/st/small", body_limit = LIMIT)]
mod small {
    use super::*;

    #[api_route("/text")]
    async fn POST(event: APIEvent) -> Result<String, Problem> {
        event.request.text().await
    }

    #[api_route(POST, "/bytes")]
    async fn bytes(event: APIEvent) -> Result<String, Problem> {
        Ok(event.request.bytes().await?.len().to_string())
    }

    #[api_route(POST, "/json")]
    async fn json(Json(text): Json<String>) -> String {
        text
    }

    #[api_route(POST, "/form")]
    async fn form(Form(form): Form<Vec<(String, String)>>) -> String {
        format!("{form:?}")
    }

    #[api_route(POST, "/actix-bytes")]
    async fn actix_bytes(body: web::Bytes) -> String {
        body.len().to_string()
    }

    #[api_route(POST, "/actix-json")]
    async fn actix_json(body: web::Json<String>) -> String {
        body.into_inner()
    }

    #[api_route(POST, "/actix-form")]
    async fn actix_form(body: web::Form<Vec<(String, String)>>) -> String {
        format!("{body:?}")
    }

    #[api_route(POST, "/actix-payload")]
    async fn actix_payload(body: web::Payload) -> Result<String, actix_web::Error> {
        Ok(body.to_bytes().await?.len().to_string())
    }

    #[api_route(POST, "/larger", body_limit = { 3 * super::LIMIT })]
    async fn larger(event: APIEvent) -> Result<String, Problem> {
        event.request.text().await
    }
}

#[api_route("/st/large", body_limit = 3 * 1024 * 1024)]
mod large {
    use super::*;

    async fn POST(event: APIEvent) -> Result<usize, Problem> {
        Ok(event.request.bytes().await?.len())
    }

    async fn PUT(body: web::Bytes) -> usize {
        body.len()
    }

    async fn PATCH(body: web::Json<String>) -> usize {
        body.len()
    }
}

#[start_runtime::test]
async fn a_stream_gives_all_of_a_body() {
    let app = app();
    assert_eq!(app.post("/st/count").body("x".repeat(5_000_000)).await.text().await.unwrap(), "5000000");
    assert_eq!(app.post("/st/count").await.text().await.unwrap(), "0");
}

#[start_runtime::test]
async fn a_stream_ends_at_the_limit_of_the_route_or_the_program() {
    let app = app_with(Start::new().stream_limit(1000).body_limit(10));
    for (path, limit) in [("/st/count", 1000), ("/st/count-few", 2 * LIMIT)] {
        assert_eq!(app.post(path).body("x".repeat(limit)).await.text().await.unwrap(), limit.to_string(), "{path}");
        let refused = app.post(path).body("x".repeat(limit + 1)).await;
        assert_eq!(refused.status(), 413, "{path}");
        let problem: Value = refused.json().await.unwrap();
        assert!(problem["detail"].as_str().unwrap().contains(&limit.to_string()), "{problem}");
    }
}

#[start_runtime::test]
async fn a_stream_of_a_body_that_was_read_is_an_error() {
    assert_eq!(app().post("/st/twice").body("x").await.status(), 500);
}

#[start_runtime::test]
async fn a_route_has_its_own_limit_whoever_reads_the_body() {
    let app = app();
    let cases = [
        ("text", "text/plain", "x".repeat(LIMIT)),
        ("bytes", "text/plain", "x".repeat(LIMIT)),
        ("json", "application/json", format!("\"{}\"", "x".repeat(LIMIT - 2))),
        ("form", "application/x-www-form-urlencoded", format!("a={}", "x".repeat(LIMIT - 2))),
        ("actix-bytes", "text/plain", "x".repeat(LIMIT)),
        ("actix-json", "application/json", format!("\"{}\"", "x".repeat(LIMIT - 2))),
        ("actix-form", "application/x-www-form-urlencoded", format!("a={}", "x".repeat(LIMIT - 2))),
        ("actix-payload", "text/plain", "x".repeat(LIMIT)),
        ("larger", "text/plain", "x".repeat(3 * LIMIT)),
    ];
    for (name, content_type, body) in cases {
        let post = |body: String| app.post(format!("/st/small/{name}")).header("content-type", content_type).body(body);
        assert_eq!(post(body.clone()).await.status(), 200, "{name}");
        let refused = post(body + " ").await;
        assert_eq!(
            (refused.status().as_u16(), refused.header("content-type")),
            (413, Some("application/problem+json")),
            "{name}"
        );
    }
}

#[start_runtime::test]
async fn a_route_may_read_more_than_the_program() {
    let app = app_with(Start::new().body_limit(100));
    let json = format!("\"{}\"", "x".repeat(1_000_000));
    for answer in [
        app.post("/st/large").body("x".repeat(1_000_000)),
        app.put("/st/large").body("x".repeat(1_000_000)),
        app.patch("/st/large").header("content-type", "application/json").body(json),
    ] {
        assert_eq!(answer.await.text().await.unwrap(), "1000000");
    }
    assert_eq!(app.put("/st/large").body("x".repeat(3 * 1024 * 1024 + 1)).await.status(), 413);
    assert_eq!(app.post("/b/actix").body("x".repeat(101)).await.status(), 413, "another route keeps the program's");
}

#[test]
fn a_body_that_is_announced_to_be_too_large_is_refused_before_it_is_sent() {
    let server = Server::start(Start::new);
    for path in ["/st/count-few", "/st/small/text", "/st/small/actix-bytes", "/st/small/actix-payload"] {
        let mut wire = server.connect();
        wire.send(format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n"));
        let (head, _) = wire.receive();
        assert!(head.starts_with("http/1.1 413"), "{path}: {head}");
    }
}

#[test]
fn a_stream_is_read_as_it_arrives_and_cut_off_at_the_limit() {
    let server = Server::start(|| Start::new().stream_limit(1_000_000));
    let mut wire = server.connect();
    wire.send("POST /st/watched HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n");
    eventually("the handler sees a piece before the end", || SEEN.load(Ordering::Relaxed) == 5);
    let piece = format!("{:x}\r\n{}\r\n", 10_000, "x".repeat(10_000));
    wire.send_until_refused(piece.as_bytes(), 200 * piece.len());
    let (head, _) = wire.receive();
    assert!(head.starts_with("http/1.1 413"), "{head}");
}

#[start_runtime::test]
async fn middleware_that_holds_the_request_costs_extractors_of_actix_their_larger_limit_and_nothing_else() {
    let start = Start::new().body_limit(100).wrap(|| {
        from_fn(|request: ServiceRequest, next: Next<BoxBody>| async move {
            let held = request.request().clone();
            let answer = next.call(request).await;
            drop(held);
            answer
        })
    });
    let app = app_with(start);
    assert_eq!(app.post("/st/large").body("x".repeat(1000)).await.text().await.unwrap(), "1000");
    assert_eq!(app.put("/st/large").body("x".repeat(100)).await.text().await.unwrap(), "100");
    assert_eq!(app.put("/st/large").body("x".repeat(101)).await.status(), 413);
    assert_eq!(app.post("/st/small/actix-bytes").body("x".repeat(LIMIT + 1)).await.status(), 413);
}
