//! `Response` and actix's responders are sent as they are.

use start_runtime::actix_web::http::StatusCode;
use start_runtime::actix_web::web::Bytes;
use start_runtime::actix_web::{HttpRequest, HttpResponse, Responder, web};
use start_runtime::prelude::{APIEvent, Problem, api_route, page_route};
use start_runtime::{FetchError, Response};

use crate::{HTML, JSON, TEXT, expect};

const BYTES: Option<&str> = Some("application/octet-stream");

#[api_route(GET, "/ready/text")]
async fn text() -> Response {
    Response::new("a")
}

#[api_route(GET, "/ready/json")]
async fn json() -> Response {
    Response::json(["a"]).status(404)
}

#[api_route(GET, "/ready/html")]
async fn html() -> Response {
    Response::html("a")
}

#[api_route(GET, "/ready/bytes")]
async fn bytes_of_ours() -> Response {
    Response::new(vec![b'a'])
}

#[api_route(GET, "/ready/redirect")]
async fn redirect() -> Response {
    Response::redirect("/login")
}

#[api_route(GET, "/ready/empty")]
async fn empty() -> Response {
    Response::empty().status(204)
}

#[api_route(GET, "/ready/ok")]
async fn ok() -> Result<Response, Response> {
    Ok(Response::new("a"))
}

#[api_route(GET, "/ready/some")]
async fn some() -> Option<Response> {
    Some(Response::new("a"))
}

#[page_route("/ready/page")]
async fn page() -> Response {
    Response::new("a")
}

#[api_route(GET, "/ready/actix")]
async fn actix() -> HttpResponse {
    HttpResponse::Accepted().content_type("text/css").body("a")
}

#[api_route(GET, "/ready/opaque")]
async fn opaque() -> impl Responder {
    "a".customize().with_status(StatusCode::CREATED).insert_header(("x-a", "b"))
}

#[api_route(GET, "/ready/ok-opaque")]
async fn ok_opaque() -> Result<impl Responder, Problem> {
    Ok(web::Json("a"))
}

#[api_route(GET, "/ready/vec")]
async fn vec() -> Vec<u8> {
    vec![b'a']
}

#[api_route(GET, "/ready/static-bytes")]
async fn static_bytes() -> &'static [u8] {
    b"a"
}

#[api_route(GET, "/ready/web-bytes")]
async fn bytes() -> Bytes {
    Bytes::from_static(b"a")
}

#[api_route(GET, "/ready/problem")]
async fn problem() -> Problem {
    Problem::not_found("a")
}

#[api_route(GET, "/ready/fetched")]
async fn fetched(event: APIEvent) -> Result<Response, FetchError> {
    event.fetch("/ready/actix").await.map(Response::from)
}

struct Own;

impl Responder for Own {
    type Body = String;
    fn respond_to(self, http: &HttpRequest) -> HttpResponse<String> {
        HttpResponse::Ok().content_type("text/css").message_body(http.path().to_owned()).unwrap()
    }
}

#[api_route(GET, "/ready/own")]
async fn own() -> Own {
    Own
}

#[start_runtime::test]
async fn a_response_is_sent_as_it_is() {
    expect("GET", "/ready/text", 200, TEXT, "a").await;
    expect("GET", "/ready/json", 404, JSON, r#"["a"]"#).await;
    expect("GET", "/ready/html", 200, HTML, "a").await;
    expect("GET", "/ready/bytes", 200, BYTES, "a").await;
    expect("GET", "/ready/redirect", 302, None, "").await;
    expect("GET", "/ready/empty", 204, None, "").await;
    expect("GET", "/ready/ok", 200, TEXT, "a").await;
    expect("GET", "/ready/some", 200, TEXT, "a").await;
    expect("GET", "/ready/page", 200, TEXT, "a").await;
}

#[start_runtime::test]
async fn a_responder_of_actix_is_sent_as_it_says() {
    let css = Some("text/css");
    expect("GET", "/ready/actix", 202, css, "a").await;
    expect("GET", "/ready/opaque", 201, TEXT, "a").await;
    expect("GET", "/ready/ok-opaque", 200, JSON, "\"a\"").await;
    expect("GET", "/ready/vec", 200, BYTES, "a").await;
    expect("GET", "/ready/static-bytes", 200, BYTES, "a").await;
    expect("GET", "/ready/web-bytes", 200, BYTES, "a").await;
    expect("GET", "/ready/own", 200, css, "/ready/own").await;
    expect("GET", "/ready/fetched", 202, css, "a").await;
}

#[start_runtime::test]
async fn a_problem_may_be_returned_as_a_value() {
    assert_eq!(crate::problem("GET", "/ready/problem", 404).await.as_deref(), Some("a"));
}
