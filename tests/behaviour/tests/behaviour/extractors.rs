//! Arguments that are not path parameters.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, json};
use start_runtime::{Cookie, Header, Query, test};

#[derive(Serialize, Deserialize)]
struct Search {
    text: String,
    limit: Option<u8>,
    #[serde(default)]
    tag: Vec<String>,
    #[serde(default)]
    exact: bool,
}

#[api_route(GET, "/x/search")]
async fn search(Query(search): Query<Search>) -> Search {
    search
}

#[api_route(GET, "/x/search/[page]")]
async fn search_page(page: u8, search: Query<Search>, Header(x_depth): Header<u8>) -> String {
    format!("{page} {} {x_depth}", search.text)
}

#[api_route(GET, "/x/agent")]
async fn agent(Header(user_agent): Header<String>) -> String {
    user_agent
}

#[api_route(GET, "/x/maybe-agent")]
async fn maybe_agent(Header(user_agent): Header<Option<String>>) -> Json<Option<String>> {
    Json(user_agent)
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tracing {
    x_trace_id: u64,
    #[serde(rename = "X-Flags")]
    flags: Option<String>,
}

#[api_route(GET, "/x/tracing")]
async fn tracing(Header(tracing): Header<Tracing>) -> Tracing {
    tracing
}

#[api_route(GET, "/x/theme")]
async fn theme(Cookie(theme): Cookie<Option<String>>) -> Json<Option<String>> {
    Json(theme)
}

#[derive(Serialize, Deserialize)]
struct Visitor {
    #[serde(rename = "userId")]
    user_id: String,
    visits: u32,
}

#[api_route(GET, "/x/visitor")]
async fn visitor(Cookie(visitor): Cookie<Visitor>) -> Visitor {
    visitor
}

pub struct Owls(pub u32);

#[api_route(GET, "/x/owls")]
async fn owls(owls: Data<Owls>, http: HttpRequest) -> String {
    format!("{} {}", owls.0, http.path())
}

/// An extractor of a user's own.
struct User(String);

impl FromRequest for User {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(http: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let event = APIEvent::from_request(http, payload).into_inner();
        ready(event.and_then(|event| {
            let user = event.cookies().get("userId").ok_or_else(|| Problem::unauthorized("log in first"))?;
            Ok(Self(format!("{user} at {}", event.params.get("place").unwrap_or("nowhere"))))
        }))
    }
}

#[api_route(GET, "/x/me/[place]")]
async fn me(User(name): User) -> String {
    name
}

#[api_route(GET, "/x/optional-user")]
async fn optional_user(user: Option<User>) -> bool {
    user.is_some()
}

#[start_runtime::test]
async fn a_query_is_typed_and_repeated_keys_give_a_list() {
    let app = test::app_with(Start::new().data(Owls(3)));
    let found: Value = app.get("/x/search?text=a%20b+c&tag=1&tag=2&exact=true").await.json().await.unwrap();
    assert_eq!(found, json!({ "text": "a b c", "limit": null, "tag": ["1", "2"], "exact": true }));
    let found: Value = app.get("/x/search?text=%C3%A4&limit=7&unknown=1").await.json().await.unwrap();
    assert_eq!(found, json!({ "text": "ä", "limit": 7, "tag": [], "exact": false }));
}

#[start_runtime::test]
async fn all_bad_params_of_path_query_and_headers_are_told_at_once() {
    let answer = test::app_with(Start::new().data(Owls(3)))
        .get("/x/search/x?limit=900&exact=perhaps")
        .header("x-depth", "deep")
        .await;
    assert_eq!(answer.status(), 400);
    let problem: Value = answer.json().await.unwrap();
    let told: Vec<(&str, &str)> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["in"].as_str().unwrap(), error["name"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [("path", "page"), ("query", "limit"), ("query", "exact"), ("query", "text"), ("header", "x-depth")],
        "{problem}"
    );
}

#[start_runtime::test]
async fn headers_are_found_by_name() {
    let app = test::app_with(Start::new().data(Owls(3)));
    assert_eq!(app.get("/x/agent").header("User-Agent", "owl/1").await.text().await.unwrap(), "owl/1");
    let missing = app.get("/x/agent").await;
    assert_eq!(missing.status(), 400);
    assert_eq!(missing.json::<Value>().await.unwrap()["errors"][0]["name"], "user-agent");
    assert_eq!(app.get("/x/maybe-agent").await.text().await.unwrap(), "null");
    assert_eq!(app.get("/x/maybe-agent").header("user-agent", "owl").await.text().await.unwrap(), "\"owl\"");
    let found: Value = app
        .get("/x/tracing")
        .header("X-Trace-Id", "7")
        .header("X-Flags", "a")
        .header("X-Other", "b")
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(found, json!({ "x_trace_id": 7, "X-Flags": "a" }));
    assert_eq!(app.get("/x/tracing").header("X-Trace-Id", "x").await.status(), 400);
}

#[api_route(GET, "/x/depth")]
async fn depth(
    Header(x_depth): Header<Option<u8>>,
    Header(x_pairs): Header<Option<Vec<std::net::Ipv4Addr>>>,
) -> String {
    format!("{x_depth:?} {x_pairs:?}")
}

#[start_runtime::test]
async fn the_expected_type_is_the_one_inside() {
    let app = test::app_with(Start::new().data(Owls(3)));
    for (name, value, expected) in
        [("x-depth", "deep", "u8"), ("x-depth", "1, 2", "u8"), ("x-pairs", "127.0.0.1, x", "Vec<Ipv4Addr>")]
    {
        let problem: Value = app.get("/x/depth").header(name, value).await.json().await.unwrap();
        let error = &problem["errors"][0];
        assert_eq!((&error["name"], &error["expected"]), (&json!(name), &json!(expected)), "{problem}");
    }
}

#[start_runtime::test]
async fn cookies_are_found_by_name() {
    let app = test::app_with(Start::new().data(Owls(3)));
    assert_eq!(
        app.get("/x/theme").header("cookie", "broken; theme=dark%20blue; x=1").await.text().await.unwrap(),
        "\"dark blue\""
    );
    assert_eq!(app.get("/x/theme").await.text().await.unwrap(), "null");
    let found: Value = app.get("/x/visitor").header("cookie", "userId=luna; visits=3").await.json().await.unwrap();
    assert_eq!(found, json!({ "userId": "luna", "visits": 3 }));
    assert_eq!(app.get("/x/visitor").header("cookie", "userId=luna; visits=x").await.status(), 400);
}

#[start_runtime::test]
async fn extractors_of_actix_and_of_users_work() {
    let app = test::app_with(Start::new().data(Owls(3)));
    assert_eq!(app.get("/x/owls").await.text().await.unwrap(), "3 /x/owls");
    assert_eq!(app.get("/x/me/home").header("cookie", "userId=luna").await.text().await.unwrap(), "luna at home");
    let refused = app.get("/x/me/home").await;
    assert_eq!(refused.status(), 401);
    assert_eq!(refused.json::<Value>().await.unwrap()["detail"], "log in first");
    assert_eq!(app.get("/x/optional-user").await.text().await.unwrap(), "false");
}

#[api_route(GET, "/x/search-params")]
async fn search_params(event: APIEvent) -> Value {
    let params = event.request.search_params();
    json!({
        "get": params.get("a"), "all": params.get_all("a"), "has": params.has("b"), "missing": params.get("x"),
        "pairs": params.iter().collect::<Vec<_>>(),
    })
}

#[start_runtime::test]
async fn search_params_are_those_of_the_web_platform() {
    let app = test::app_with(Start::new().data(Owls(3)));
    for (query, pairs) in [
        ("", json!([])),
        ("a=1&a=2&b", json!([["a", "1"], ["a", "2"], ["b", ""]])),
        ("a=%zz&b=%ff+x%20y", json!([["a", "%zz"], ["b", "\u{fffd} x y"]])),
        ("&&a==1&=2", json!([["a", "=1"], ["", "2"]])),
        ("a%5Bb%5D=1", json!([["a[b]", "1"]])),
    ] {
        let found: Value = app.get(format!("/x/search-params?{query}")).await.json().await.unwrap();
        assert_eq!(found["pairs"], pairs, "{query}");
        let own: Vec<&Value> =
            pairs.as_array().unwrap().iter().filter(|pair| pair[0] == "a").map(|pair| &pair[1]).collect();
        assert_eq!(found["all"], json!(own), "{query}");
        assert_eq!(found["get"], own.first().map_or(Value::Null, |value| (*value).clone()), "{query}");
        assert_eq!(
            (&found["has"], &found["missing"]),
            (&json!(query.contains('b') && !query.contains("%5B")), &Value::Null),
            "{query}"
        );
    }
}

#[api_route(GET, "/x/floats/[one]/[[two]]")]
async fn floats(one: f64, two: Option<f32>) -> String {
    format!("{one} {two:?}")
}

#[api_route(GET, "/x/rest-floats/[...all]")]
async fn rest_floats(all: Vec<f64>) -> String {
    format!("{all:?}")
}

#[start_runtime::test]
async fn a_float_in_a_path_is_finite() {
    let app = test::app_with(Start::new().data(Owls(3)));
    for (path, status) in [
        ("/x/floats/1.5e3/-2", 200),
        ("/x/floats/NaN", 400),
        ("/x/floats/inf", 400),
        ("/x/floats/-infinity", 400),
        ("/x/floats/1e999", 400),
        ("/x/floats/1/nan", 400),
        ("/x/floats/1/1e39", 400),
        ("/x/rest-floats/1/2", 200),
        ("/x/rest-floats/1/inf", 400),
    ] {
        assert_eq!(app.get(path).await.status(), status, "{path}");
    }
}

#[api_route(GET, "/x/cookies")]
async fn cookies(event: APIEvent, Cookie(b): Cookie<Option<String>>) -> Value {
    json!([event.cookies().get("b"), b, event.cookies().iter().collect::<Vec<_>>()])
}

#[start_runtime::test]
async fn a_cookie_that_does_not_decode_keeps_its_text() {
    let app = test::app_with(Start::new().data(Owls(3)));
    for (text, value) in [
        ("%ff", "%ff"),
        ("%zz", "%zz"),
        ("%", "%"),
        ("a%20b%ff", "a%20b%ff"),
        ("%C3%A4", "ä"),
        ("a=b", "a=b"),
        ("ä", "ä"),
    ] {
        let answer: Value =
            app.get("/x/cookies").header("cookie", format!("a=1; b={text};c=2")).await.json().await.unwrap();
        assert_eq!(answer, json!([value, value, [["a", "1"], ["b", value], ["c", "2"]]]), "{text}");
    }
}
