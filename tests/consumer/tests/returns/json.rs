//! `T: Serialize`: 200, or the status of the attribute, and JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, json};

use crate::{JSON, expect};

#[derive(Clone, Serialize)]
struct Owl {
    name: &'static str,
}

const OWL: Owl = Owl { name: "Hedwig" };
static OWLS: [Owl; 1] = [OWL];

#[api_route(GET, "/json/struct")]
async fn a_struct() -> Owl {
    OWL
}

#[api_route(GET, "/json/sync")]
fn without_async() -> Owl {
    OWL
}

#[api_route(GET, "/json/opaque")]
async fn opaque() -> impl Serialize {
    OWL
}

#[api_route(GET, "/json/list")]
async fn list() -> Vec<Owl> {
    vec![OWL]
}

#[api_route(GET, "/json/static-list")]
async fn static_list() -> &'static [Owl] {
    &OWLS
}

#[api_route(GET, "/json/static-struct")]
async fn static_struct() -> &'static Owl {
    &OWLS[0]
}

#[api_route(GET, "/json/array")]
async fn array() -> [u8; 2] {
    [1, 2]
}

#[api_route(GET, "/json/map")]
async fn map() -> BTreeMap<String, u8> {
    BTreeMap::from([("a".into(), 1)])
}

#[api_route(GET, "/json/value")]
async fn value() -> Value {
    json!({ "status": "ok" })
}

#[api_route(GET, "/json/null")]
async fn null() -> Value {
    Value::Null
}

#[api_route(GET, "/json/number")]
async fn number() -> u32 {
    7
}

#[api_route(GET, "/json/truth")]
async fn truth() -> bool {
    true
}

#[api_route(GET, "/json/letter")]
async fn letter() -> char {
    'x'
}

#[api_route(GET, "/json/tuple")]
async fn tuple() -> (u8, String) {
    (1, "a".into())
}

#[api_route(GET, "/json/triple")]
async fn triple() -> (u8, u8, u8) {
    (1, 2, 3)
}

#[api_route(GET, "/json/boxed")]
async fn boxed() -> Box<Owl> {
    Box::new(OWL)
}

#[api_route(GET, "/json/words")]
async fn words() -> Vec<&'static str> {
    vec!["a", "b"]
}

#[api_route(GET, "/json/nested-option")]
async fn nested_option() -> Option<Option<u8>> {
    Some(None)
}

#[api_route(GET, "/json/some")]
async fn some() -> Option<Owl> {
    Some(OWL)
}

#[api_route(GET, "/json/ok")]
async fn ok() -> Result<Owl, Problem> {
    Ok(OWL)
}

#[api_route(GET, "/json/ok-some")]
async fn ok_some() -> Result<Option<Owl>, Problem> {
    Ok(Some(OWL))
}

#[api_route(GET, "/json/ok-opaque")]
async fn ok_opaque() -> Result<impl Serialize, Problem> {
    Ok(OWL)
}

#[api_route(GET, "/json/wrapped")]
async fn wrapped() -> Json<Owl> {
    Json(OWL)
}

#[api_route(GET, "/json/wrapped-by-actix")]
async fn wrapped_by_actix() -> start_runtime::actix_web::web::Json<Owl> {
    start_runtime::actix_web::web::Json(OWL)
}

#[api_route(GET, "/json/wrapped-text")]
async fn wrapped_text() -> Json<&'static str> {
    Json("a")
}

type Short = Result<Json<Owl>, Problem>;

#[api_route(GET, "/json/alias")]
async fn alias() -> Short {
    Ok(Json(OWL))
}

#[api_route(POST, "/json/created", status = 201)]
async fn created() -> Owl {
    OWL
}

#[api_route(POST, "/json/created-ok", status = 201)]
async fn created_ok() -> Result<Json<Owl>, Problem> {
    Ok(Json(OWL))
}

#[api_route(POST, "/json/teapot", status = 418)]
async fn teapot() -> Option<Owl> {
    Some(OWL)
}

#[start_runtime::test]
async fn a_value_that_serializes_is_json() {
    let owl = r#"{"name":"Hedwig"}"#;
    let owls = r#"[{"name":"Hedwig"}]"#;
    for (name, body) in [
        ("struct", owl),
        ("sync", owl),
        ("opaque", owl),
        ("list", owls),
        ("static-list", owls),
        ("static-struct", owl),
        ("array", "[1,2]"),
        ("map", r#"{"a":1}"#),
        ("value", r#"{"status":"ok"}"#),
        ("null", "null"),
        ("number", "7"),
        ("truth", "true"),
        ("letter", r#""x""#),
        ("tuple", r#"[1,"a"]"#),
        ("triple", "[1,2,3]"),
        ("boxed", owl),
        ("words", r#"["a","b"]"#),
        ("nested-option", "null"),
        ("some", owl),
        ("ok", owl),
        ("ok-some", owl),
        ("ok-opaque", owl),
        ("wrapped", owl),
        ("wrapped-by-actix", owl),
        ("wrapped-text", r#""a""#),
        ("alias", owl),
    ] {
        expect("GET", &format!("/json/{name}"), 200, JSON, body).await;
    }
}

#[start_runtime::test]
async fn the_attribute_sets_the_status_of_a_plain_value() {
    let owl = r#"{"name":"Hedwig"}"#;
    expect("POST", "/json/created", 201, JSON, owl).await;
    expect("POST", "/json/created-ok", 201, JSON, owl).await;
    expect("POST", "/json/teapot", 418, JSON, owl).await;
}
