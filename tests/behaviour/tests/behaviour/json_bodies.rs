//! JSON bodies: what is JSON is decided by the grammar (RFC 8259), and what fits by the type.

use std::collections::{BTreeMap, HashMap};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;
use start_runtime::serde_json::{self, Value, json};
use start_runtime::{Request, Response, test};

/// Reads a body as `Json<T>` and `event.request.json()` do.
async fn read<T: DeserializeOwned + Serialize>(body: impl Into<Vec<u8>>) -> Result<Value, Value> {
    let event = test::event("/").header("content-type", "application/json").body(body.into()).build();
    let read = event.request.json::<T>().await;
    read.map(|value| json!(value)).map_err(|problem| serde_json::to_value(&problem).unwrap())
}

#[derive(Debug, Serialize, Deserialize)]
enum Kind {
    Owl,
    Age(u8),
    Wings { left: u8 },
}

#[derive(Debug, Serialize, Deserialize)]
struct Pet {
    kind: Kind,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    years: HashMap<u16, f64>,
    pair: Option<(u8, u8)>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    a: u8,
}

/// The status, and where the problem is.
async fn refused<T: DeserializeOwned + Serialize>(body: &str) -> (u64, String) {
    let problem = read::<T>(body).await.expect_err(body);
    let pointer = problem["errors"][0]["pointer"].as_str().unwrap_or_default().to_owned();
    let place =
        if problem["line"].is_number() { format!("{}:{}", problem["line"], problem["column"]) } else { pointer };
    (problem["status"].as_u64().unwrap(), place)
}

#[start_runtime::test]
async fn json_that_does_not_fit_is_a_422_with_a_pointer() {
    for (body, pointer) in [
        (r#"{"kind":5}"#, "#/kind"),
        (r#"{"kind":null}"#, "#/kind"),
        (r#"{"kind":[]}"#, "#/kind"),
        (r#"{"kind":{}}"#, "#/kind"),
        (r#"{"kind":"Dog"}"#, "#/kind"),
        (r#"{"kind":{"Age":300}}"#, "#/kind/Age"),
        (r#"{"kind":{"Age":1,"Owl":2}}"#, "#/kind"),
        (r#"{"kind":{"Wings":{"left":"x"}}}"#, "#/kind/Wings/left"),
        (r#"{"kind":"Owl","pair":[1,2,3]}"#, "#/pair"),
        (r#"{"kind":"Owl","pair":[1]}"#, "#/pair"),
        (r#"{"kind":"Owl","pair":[1,900]}"#, "#/pair/1"),
        (r#"{"kind":"Owl","years":{"x":1}}"#, "#/years"),
        (r#"{"kind":"Owl","years":{"70000":1}}"#, "#/years/70000"),
        (r#"{"kind":"Owl","years":{"7":1e400}}"#, "#/years/7"),
        (r#"{"kind":"Owl","names":["a","\ud800"]}"#, "#/names/1"),
        (r#"{"kind":"Owl","names":["\udc00"]}"#, "#/names/0"),
        (r#"{"kind":"Owl","names":["\ud800\u0041"]}"#, "#/names/0"),
        (r#"{"kind":"Owl","kind":"Owl"}"#, "#/kind"),
        (r#"{"names":[]}"#, "#/kind"),
        ("null", "#"),
        ("5", "#"),
        (r#""text""#, "#"),
    ] {
        assert_eq!(refused::<Pet>(body).await, (422, pointer.to_owned()), "{body}");
    }
    assert_eq!(refused::<Strict>(r#"{"a":1,"b/c":2}"#).await, (422, "#/b~1c".to_owned()));
    assert_eq!(refused::<(u8, u8)>("[1,2,3]").await, (422, "#".to_owned()));
    assert_eq!(refused::<Value>("1e400").await, (422, "#".to_owned()));
    assert_eq!(refused::<u64>("18446744073709551616").await, (422, "#".to_owned()));
    assert_eq!(refused::<i128>("-170141183460469231731687303715884105729").await, (422, "#".to_owned()));
    let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    assert_eq!(refused::<Value>(&deep(128)).await.0, 422);
    assert_eq!(refused::<Value>(&deep(100_000)).await.0, 422);
    assert_eq!(read::<Value>(deep(127)).await.unwrap(), serde_json::from_str::<Value>(&deep(127)).unwrap());
    assert_eq!(refused::<Pet>(&deep(100_000)).await.0, 422);
}

#[start_runtime::test]
async fn a_text_that_breaks_the_grammar_is_a_400_with_line_and_column() {
    for (body, place) in [
        ("", "1:0"),
        ("{", "1:1"),
        ("nul", "1:3"),
        ("{\"kind\":5,\n}", "2:1"),
        (r#"{"kind":5} x"#, "1:12"),
        (r#"{"kind":01}"#, "1:10"),
        (r#"{"kind":NaN}"#, "1:9"),
        (r#"{"kind":"\x"}"#, "1:11"),
        ("{\"kind\":\"\n\"}", "1:9"),
        (r#"{'kind':5}"#, "1:2"),
        ("[1,]", "1:4"),
        ("1.", "1:2"),
    ] {
        assert_eq!(refused::<Pet>(body).await, (400, place.to_owned()), "{body}");
    }
    let problem = read::<Pet>(b"{\n\"a\xff\":1}".to_vec()).await.unwrap_err();
    assert_eq!(
        (&problem["status"], &problem["line"], &problem["column"]),
        (&json!(400), &json!(2), &json!(3)),
        "{problem}"
    );
    // Also where the type would not have looked.
    assert_eq!(read::<Strict>(b"{\"a\":1,\"b\":\"\xff\"}".to_vec()).await.unwrap_err()["status"], 400);
}

#[start_runtime::test]
async fn a_number_without_a_fraction_is_an_integer() {
    #[derive(Serialize, Deserialize)]
    struct Flat {
        #[serde(flatten)]
        inner: BTreeMap<String, i64>,
    }
    assert_eq!(read::<Vec<u8>>("[3.0, 3e1, 2]").await, Ok(json!([3, 30, 2])));
    assert_eq!(read::<i8>("-3.0").await, Ok(json!(-3)));
    assert_eq!(read::<Flat>(r#"{"a":3.0,"b":4}"#).await, Ok(json!({ "a": 3, "b": 4 })));
    assert_eq!(refused::<Vec<u8>>("[3.0, 3.5]").await, (422, "#/1".to_owned()));
    assert_eq!(refused::<Vec<u8>>("[3.0, 300.0]").await, (422, "#/1".to_owned()));
}

#[start_runtime::test]
async fn a_number_that_is_too_large_for_its_type_is_refused() {
    for (number, fits) in [
        ("1e39", false),
        ("-1E+39", false),
        ("4e38", false),
        (&"9".repeat(39), false),
        (&format!("1{}.5", "0".repeat(38)), true),
        ("1e-400", true),
    ] {
        let body = format!(r#"{{"sizes": [0.5, {number}]}}"#);
        if fits {
            assert!(read::<BTreeMap<String, Vec<f32>>>(body.clone()).await.is_ok(), "{number}");
        } else {
            let refused = refused::<BTreeMap<String, Vec<f32>>>(&body).await;
            assert_eq!(refused, (422, "#/sizes/1".to_owned()), "{number}");
        }
        assert!(read::<BTreeMap<String, Vec<f64>>>(body.clone()).await.is_ok(), "{number}");
        assert!(read::<Value>(body).await.is_ok(), "{number}");
    }
    assert_eq!(read::<Vec<f32>>("[1e38, 3.0, 1e-50]").await, Ok(json!([1e38f32, 3.0, 0.0])));
    assert_eq!(read::<Value>("[1e1, 3.0]").await, Ok(json!([10.0, 3.0])));
}

#[start_runtime::test]
async fn a_byte_order_mark_is_no_part_of_the_text() {
    let event = |body: &'static str| test::event("/").header("content-type", "application/json").body(body).build();
    assert_eq!(event("\u{feff}{\"a\":1}").request.json::<Strict>().await.unwrap().a, 1);
    assert_eq!(event("\u{feff}owl\u{feff}").request.text().await.unwrap(), "owl\u{feff}");
    assert_eq!(event("\u{feff}").request.text().await.unwrap(), "");
    assert_eq!(refused::<Strict>("\u{feff}\u{feff}{\"a\":1}").await.0, 400);
    let answer =
        test::app().post("/j/strict").header("content-type", "application/json").body("\u{feff}{\"a\":1}").await;
    assert_eq!(answer.text().await.unwrap(), r#"{"a":1}"#);
    assert_eq!(test::app().get("/j/mark").await.json::<Value>().await.unwrap(), json!([1]));
    assert_eq!(test::app().get("/j/mark").await.text().await.unwrap(), "[1]");
}

#[api_route(POST, "/j/strict")]
async fn strict(Json(value): Json<Strict>) -> Json<Strict> {
    Json(value)
}

#[api_route(POST, "/j/loose")]
async fn loose(event: APIEvent) -> Result<Strict, Problem> {
    event.request.json().await
}

#[api_route(GET, "/j/mark")]
async fn mark() -> &'static str {
    "\u{feff}[1]"
}

#[start_runtime::test]
async fn the_event_reads_json_of_any_content_type_and_the_extractor_is_strict() {
    for content_type in ["", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded", "application/json"] {
        for (path, status) in
            [("/j/loose", 200), ("/j/strict", if content_type == "application/json" { 200 } else { 415 })]
        {
            let mut request = test::app().post(path).body(r#"{"a":1}"#);
            if !content_type.is_empty() {
                request = request.header("content-type", content_type);
            }
            assert_eq!(request.await.status(), status, "{path} {content_type}");
        }
    }
    let compressed = test::app().post("/j/loose").header("content-encoding", "gzip").body("x").await;
    assert_eq!(compressed.status(), 415);
}

#[derive(Serialize)]
struct Measured {
    name: &'static str,
    places: Vec<(f64, Option<f32>)>,
}

fn measured(value: f64) -> Measured {
    #[allow(clippy::cast_possible_truncation, reason = "it is finite or not")]
    let half = value as f32;
    Measured { name: "x", places: vec![(1.5, None), (2.0, Some(half))] }
}

fn number(text: &str) -> f64 {
    match text {
        "nan" => f64::NAN,
        "infinite" => f64::INFINITY,
        _ => -0.5,
    }
}

#[api_route(GET, "/j/plain/[value]")]
async fn plain(value: String) -> Measured {
    measured(number(&value))
}

#[api_route(GET, "/j/wrapped/[value]")]
async fn wrapped(value: String) -> Json<f64> {
    Json(number(&value))
}

#[api_route(GET, "/j/optional/[value]")]
async fn optional(value: String) -> Json<Option<f64>> {
    Json(Some(number(&value)))
}

#[api_route(GET, "/j/response/[value]")]
async fn response(value: String) -> Response {
    Response::json(HashMap::from([("a/b", number(&value))])).status(201)
}

#[api_route(GET, "/j/fetched/[value]")]
async fn fetched(event: APIEvent, value: String) -> Result<String, Problem> {
    let answer = event.fetch(Request::post("/j/loose").json(&[number(&value)])).await;
    answer.map(|answer| answer.status().to_string()).map_err(|error| Problem::new(502).with_detail(error.to_string()))
}

#[start_runtime::test]
async fn a_float_that_json_does_not_have_is_a_500() {
    let app = test::app();
    for (path, good) in [
        ("plain", r#"{"name":"x","places":[[1.5,null],[2.0,-0.5]]}"#),
        ("wrapped", "-0.5"),
        ("optional", "-0.5"),
        ("response", r#"{"a/b":-0.5}"#),
    ] {
        assert_eq!(app.get(format!("/j/{path}/good")).await.text().await.unwrap(), good, "{path}");
        for value in ["nan", "infinite"] {
            let answer = app.get(format!("/j/{path}/{value}")).await;
            assert_eq!(
                (answer.status().as_u16(), answer.header("content-type")),
                (500, Some("application/problem+json")),
                "{path}"
            );
        }
    }
    let answer = app.get("/j/fetched/nan").await;
    let detail = answer.json::<Value>().await.unwrap()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("`/0` is NaN"), "{detail}");
    assert_eq!(app.get("/j/fetched/good").await.text().await.unwrap(), "422 Unprocessable Entity");
}
