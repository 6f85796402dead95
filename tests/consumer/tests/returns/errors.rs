//! `Err`: an error that determines its own response is answered with it; any other is a 500.

use std::error::Error as StdError;
use std::fmt;

use start_runtime::actix_web::{HttpResponse, ResponseError, error as actix};
use start_runtime::prelude::*;
use start_runtime::{FetchError, Response};

use crate::{TEXT, expect, problem};

const SECRET: &str = "secret";

#[api_route(GET, "/error/problem")]
async fn of_problem() -> Result<String, Problem> {
    Err(Problem::conflict("a"))
}

#[api_route(GET, "/error/response")]
async fn of_response() -> Result<String, Response> {
    Err(Response::new("a").status(401))
}

#[api_route(GET, "/error/http-response")]
async fn of_http_response() -> Result<HttpResponse, HttpResponse> {
    Err(HttpResponse::Unauthorized().content_type("text/plain; charset=utf-8").body("a"))
}

#[api_route(GET, "/error/status")]
async fn of_status() -> Result<String, StatusCode> {
    Err(StatusCode::IM_A_TEAPOT)
}

#[api_route(GET, "/error/actix")]
async fn of_actix() -> Result<String, start_runtime::actix_web::Error> {
    Err(actix::ErrorConflict("a"))
}

#[api_route(GET, "/error/actix-internal")]
async fn of_actix_internal() -> Result<String, start_runtime::actix_web::Error> {
    Err(actix::ErrorInternalServerError(SECRET))
}

/// An error that is answered by actix's rules.
#[derive(Debug)]
struct Gone;

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a")
    }
}

impl ResponseError for Gone {
    fn status_code(&self) -> StatusCode {
        StatusCode::GONE
    }
}

#[api_route(GET, "/error/response-error")]
async fn of_response_error() -> Result<String, Gone> {
    Err(Gone)
}

/// An error that converts into a problem but is not a `std::error::Error`.
struct Taken;

impl From<Taken> for Problem {
    fn from(_: Taken) -> Self {
        Self::conflict("a")
    }
}

#[api_route(GET, "/error/into-problem")]
async fn of_into_problem() -> Result<String, Taken> {
    Err(Taken)
}

#[derive(Debug)]
struct Own;

impl fmt::Display for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SECRET)
    }
}

impl StdError for Own {}

#[api_route(GET, "/error/std")]
async fn of_std() -> Result<String, Own> {
    Err(Own)
}

#[api_route(GET, "/error/number")]
async fn of_number() -> Result<u8, std::num::ParseIntError> {
    SECRET.parse::<u8>()
}

#[api_route(GET, "/error/io")]
async fn of_io() -> Result<String, std::io::Error> {
    Err(std::io::Error::new(std::io::ErrorKind::NotFound, SECRET))
}

#[api_route(GET, "/error/boxed")]
async fn of_box() -> Result<String, Box<dyn StdError>> {
    Err(SECRET.into())
}

#[api_route(GET, "/error/boxed-send")]
async fn of_box_send() -> Result<String, Box<dyn StdError + Send>> {
    Err(Box::new(Own))
}

#[api_route(GET, "/error/boxed-send-sync")]
async fn of_box_send_sync() -> Result<String, Box<dyn StdError + Send + Sync>> {
    Err(SECRET.into())
}

#[api_route(GET, "/error/text")]
async fn of_text() -> Result<String, &'static str> {
    Err(SECRET)
}

#[api_route(GET, "/error/string")]
async fn of_string() -> Result<String, String> {
    Err(SECRET.into())
}

#[api_route(GET, "/error/fetch")]
async fn of_fetch(event: APIEvent) -> Result<Response, FetchError> {
    event.fetch("no-path").await.map(Response::from)
}

#[api_route(GET, "/error/question-mark")]
async fn question_mark() -> Result<String, Problem> {
    Ok(SECRET.parse::<u8>()?.to_string())
}

#[api_route(GET, "/error/boxed-actix")]
async fn boxed_actix() -> Result<String, Box<dyn StdError>> {
    Err(actix::ErrorConflict("a").into())
}

#[api_route(GET, "/error/boxed-own")]
async fn boxed_own() -> Result<String, Box<dyn StdError + Send + Sync>> {
    Err(Box::new(Own))
}

#[api_route(GET, "/error/of-option")]
async fn of_option() -> Result<Option<String>, StatusCode> {
    Err(StatusCode::IM_A_TEAPOT)
}

#[api_route(GET, "/error/of-unit")]
async fn of_unit() -> Result<(), StatusCode> {
    Err(StatusCode::IM_A_TEAPOT)
}

#[api_route(GET, "/error/keeps-its-status", status = 201)]
async fn keeps_its_status() -> Result<String, Problem> {
    Err(Problem::conflict("a"))
}

#[start_runtime::test]
async fn an_error_that_is_an_answer_is_sent() {
    assert_eq!(problem("GET", "/error/problem", 409).await.as_deref(), Some("a"));
    assert_eq!(problem("GET", "/error/into-problem", 409).await.as_deref(), Some("a"));
    assert_eq!(problem("GET", "/error/keeps-its-status", 409).await.as_deref(), Some("a"));
    expect("GET", "/error/response", 401, TEXT, "a").await;
    expect("GET", "/error/http-response", 401, TEXT, "a").await;
    for name in ["status", "of-option", "of-unit"] {
        expect("GET", &format!("/error/{name}"), 418, None, "").await;
    }
}

#[start_runtime::test]
async fn an_error_of_actix_keeps_its_status() {
    assert_eq!(problem("GET", "/error/actix", 409).await.as_deref(), Some("a"));
    assert_eq!(problem("GET", "/error/response-error", 410).await.as_deref(), Some("a"));
    assert_eq!(problem("GET", "/error/boxed-actix", 409).await.as_deref(), Some("a"));
}

#[start_runtime::test]
async fn an_unexpected_error_is_a_500_that_tells_nothing() {
    for name in [
        "actix-internal",
        "std",
        "number",
        "io",
        "boxed",
        "boxed-send",
        "boxed-send-sync",
        "boxed-own",
        "text",
        "string",
        "fetch",
        "question-mark",
    ] {
        let path = format!("/error/{name}");
        assert_eq!(problem("GET", &path, 500).await, None, "{path}");
    }
}
