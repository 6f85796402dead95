//! Extractors: Start's, actix's, and a user's own.

use std::future::{Ready, ready};

use serde::{Deserialize, Serialize};
use start_runtime::actix_web::dev::Payload;
use start_runtime::actix_web::http::Method;
use start_runtime::actix_web::web::{self, Bytes};
use start_runtime::actix_web::{FromRequest, HttpRequest, error};
use start_runtime::prelude::*;
use start_runtime::{Cookie, Form, Header, Query};

use crate::{Count, app};

#[derive(Serialize, Deserialize)]
struct Owl {
    name: String,
}

#[derive(Deserialize)]
struct Page {
    limit: u8,
    #[serde(default)]
    tag: Vec<String>,
}

#[api_route(POST, "/extract/json")]
async fn json(Json(owl): Json<Owl>) -> String {
    owl.name
}

#[api_route(POST, "/extract/json-by-name")]
async fn json_by_name(owl: Json<Owl>) -> String {
    owl.name.clone()
}

#[api_route(POST, "/extract/json-of-struct")]
async fn json_of_struct(Json(Owl { name }): Json<Owl>) -> String {
    name
}

#[api_route(POST, "/extract/json-or-not")]
async fn json_or_not(owl: Option<Json<Owl>>) -> String {
    owl.map_or_else(|| "none".into(), |Json(owl)| owl.name)
}

#[api_route(POST, "/extract/json-result")]
async fn json_result(owl: Result<Json<Owl>, Problem>) -> String {
    match owl {
        Ok(Json(owl)) => owl.name,
        Err(problem) => problem.status().as_u16().to_string(),
    }
}

#[api_route(POST, "/extract/form")]
async fn form(Form(owl): Form<Owl>) -> String {
    owl.name
}

#[api_route(GET, "/extract/query")]
async fn query(Query(page): Query<Page>) -> String {
    format!("{} {:?}", page.limit, page.tag)
}

#[api_route(GET, "/extract/query-of-pairs")]
async fn query_of_pairs(Query(pairs): Query<Vec<(String, String)>>) -> Json<Vec<(String, String)>> {
    Json(pairs)
}

#[api_route(GET, "/extract/query-or-not")]
async fn query_or_not(page: Option<Query<Page>>) -> String {
    page.map_or_else(|| "none".into(), |page| page.limit.to_string())
}

#[api_route(GET, "/extract/[limit]/beside-a-param")]
async fn beside_a_param(limit: u16, Query(page): Query<Page>) -> String {
    format!("{limit} {}", page.limit)
}

#[api_route(GET, "/extract/header")]
async fn header(Header(user_agent): Header<String>) -> String {
    user_agent
}

#[api_route(GET, "/extract/header-by-name")]
async fn header_by_name(x_limit: Header<Option<u8>>) -> String {
    format!("{:?}", *x_limit)
}

#[api_route(GET, "/extract/cookie")]
async fn cookie(Cookie(theme): Cookie<Option<String>>) -> String {
    theme.unwrap_or_else(|| "none".into())
}

#[api_route(GET, "/extract/data")]
async fn data(count: Data<Count>) -> u8 {
    count.0
}

#[api_route(GET, "/extract/actix-data")]
async fn actix_data(count: web::Data<Count>) -> u8 {
    count.0
}

#[api_route(GET, "/extract/request")]
async fn request(request: HttpRequest) -> String {
    request.path().to_owned()
}

#[api_route(GET, "/extract/method")]
async fn method(method: Method) -> String {
    method.to_string()
}

#[api_route(POST, "/extract/bytes")]
async fn bytes(body: Bytes) -> Bytes {
    body
}

#[api_route(POST, "/extract/payload")]
async fn payload(payload: web::Payload) -> Result<Bytes, Problem> {
    payload.to_bytes().await.map_err(|_| Problem::new(400))
}

#[api_route(GET, "/extract/actix-query")]
async fn actix_query(page: web::Query<Page>) -> String {
    page.limit.to_string()
}

#[api_route(POST, "/extract/actix-json")]
async fn actix_json(owl: web::Json<Owl>) -> String {
    owl.into_inner().name
}

#[api_route(POST, "/extract/actix-form")]
async fn actix_form(owl: web::Form<Owl>) -> String {
    owl.into_inner().name
}

struct Member(String);

impl FromRequest for Member {
    type Error = start_runtime::actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        let name = http.headers().get("x-member").and_then(|value| value.to_str().ok());
        ready(name.map(|name| Self(name.into())).ok_or_else(|| error::ErrorForbidden("members only")))
    }
}

#[api_route(GET, "/extract/own")]
async fn own(member: Member) -> String {
    member.0
}

#[api_route(GET, "/extract/own-in-a-tuple")]
async fn own_in_a_tuple((member, request): (Member, HttpRequest)) -> String {
    format!("{} {}", member.0, request.path())
}

#[api_route(GET, "/extract/own-pattern")]
async fn own_pattern(Member(name): Member) -> String {
    name
}

#[start_runtime::test]
async fn bodies_are_read_as_what_they_are() {
    let app = app();
    let owl = Owl { name: "a".into() };
    for name in ["json", "json-by-name", "json-of-struct", "json-or-not", "json-result", "actix-json"] {
        let path = format!("/extract/{name}");
        assert_eq!(app.post(&path).json(&owl).await.text().await.unwrap(), "a", "{path}");
    }
    for name in ["form", "actix-form"] {
        let path = format!("/extract/{name}");
        assert_eq!(app.post(&path).form(&owl).await.text().await.unwrap(), "a", "{path}");
    }
    for name in ["bytes", "payload"] {
        let path = format!("/extract/{name}");
        assert_eq!(app.post(&path).body("a").await.text().await.unwrap(), "a", "{path}");
    }
}

#[start_runtime::test]
async fn a_body_that_does_not_fit_is_told_or_taken_as_missing() {
    let app = app();
    assert_eq!(app.post("/extract/json").json(&1).await.status(), 422);
    assert_eq!(app.post("/extract/json").body("{").await.status(), 415);
    assert_eq!(app.post("/extract/json").header("content-type", "application/json").body("{").await.status(), 400);
    assert_eq!(app.post("/extract/form").form(&[("x", "y")]).await.status(), 422);
    assert_eq!(app.post("/extract/json-or-not").json(&1).await.text().await.unwrap(), "none");
    assert_eq!(app.post("/extract/json-result").json(&1).await.text().await.unwrap(), "422");
}

#[start_runtime::test]
async fn queries_headers_and_cookies_are_typed() {
    let app = app();
    let text = async |request: start_runtime::test::TestRequest| request.await.text().await.unwrap();
    assert_eq!(text(app.get("/extract/query?limit=3&tag=a&tag=b")).await, r#"3 ["a", "b"]"#);
    assert_eq!(text(app.get("/extract/query-of-pairs?a=1&a=2")).await, r#"[["a","1"],["a","2"]]"#);
    assert_eq!(text(app.get("/extract/query-or-not")).await, "none");
    assert_eq!(text(app.get("/extract/actix-query?limit=3")).await, "3");
    assert_eq!(text(app.get("/extract/9/beside-a-param?limit=3")).await, "9 3");
    assert_eq!(text(app.get("/extract/header").header("user-agent", "owl")).await, "owl");
    assert_eq!(text(app.get("/extract/header-by-name").header("x-limit", "3")).await, "Some(3)");
    assert_eq!(text(app.get("/extract/header-by-name")).await, "None");
    assert_eq!(text(app.get("/extract/cookie").header("cookie", "theme=dark")).await, "dark");
    assert_eq!(text(app.get("/extract/cookie")).await, "none");
}

#[start_runtime::test]
async fn state_is_shared() {
    let app = app();
    assert_eq!(app.get("/extract/data").await.text().await.unwrap(), "7");
    assert_eq!(app.get("/extract/actix-data").await.text().await.unwrap(), "7");
}

#[start_runtime::test]
async fn own_extractors_work_and_keep_their_status() {
    let app = app();
    assert_eq!(app.get("/extract/request").await.text().await.unwrap(), "/extract/request");
    assert_eq!(app.get("/extract/method").await.text().await.unwrap(), "GET");
    for (name, body) in [("own", "a"), ("own-in-a-tuple", "a /extract/own-in-a-tuple"), ("own-pattern", "a")] {
        let path = format!("/extract/{name}");
        assert_eq!(app.get(&path).header("x-member", "a").await.text().await.unwrap(), body);
        let refused = app.get(&path).await;
        assert_eq!(refused.status(), 403);
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    }
}

#[start_runtime::test]
async fn bad_params_of_path_and_query_are_told_together() {
    let app = app();
    let answer = app.get("/extract/x/beside-a-param?limit=y").await;
    assert_eq!(answer.status(), 400);
    let problem: start_runtime::serde_json::Value = answer.json().await.unwrap();
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(2), "{problem}");
}
