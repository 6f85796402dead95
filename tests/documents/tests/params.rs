//! The document and the extractors agree on how parameters and forms are spelled: requests are written as the document
//! says (OpenAPI 3.1, section 4.8.12.2, styles), and the handler sends back what it has read.

use std::collections::BTreeMap;

use documents as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use start_runtime::{Cookie, Form, Header, Query, prelude::*, test};

#[derive(Serialize, Deserialize, JsonSchema)]
struct Search {
    text: String,
    limit: Option<u32>,
    #[serde(default)]
    tag: Vec<String>,
    pair: Option<(u8, u8)>,
    three: Option<[i16; 3]>,
    kind: Option<Kind>,
    id: Option<Id>,
    letter: Option<char>,
    big: Option<i64>,
    filter: Option<Filter>,
    #[serde(default)]
    sizes: BTreeMap<String, u32>,
    #[serde(flatten)]
    page: Option<Page>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Filter {
    name: String,
    years: Vec<u16>,
    exact: Option<bool>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Page {
    offset: u32,
    desc: bool,
}

#[derive(Serialize, Deserialize, JsonSchema)]
enum Kind {
    Owl,
    Cat,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Id(u64);

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "shape")]
enum Shape {
    Circle { radius: f64 },
    Box { width: u32, height: u32 },
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Lists {
    x_numbers: Vec<u32>,
    x_names: Option<Vec<String>>,
}

#[api_route(GET, "/par/search")]
async fn search(Query(search): Query<Search>) -> Json<Search> {
    Json(search)
}

#[api_route(POST, "/par/search")]
async fn search_form(Form(search): Form<Search>) -> Json<Search> {
    Json(search)
}

#[api_route(GET, "/par/shape")]
async fn shape(Query(shape): Query<Shape>) -> Json<Shape> {
    Json(shape)
}

#[api_route(GET, "/par/map")]
async fn map(Query(map): Query<BTreeMap<String, u32>>) -> Json<BTreeMap<String, u32>> {
    Json(map)
}

#[api_route(GET, "/par/headers")]
async fn headers(Header(lists): Header<Lists>) -> Json<Lists> {
    Json(lists)
}

#[api_route(GET, "/par/header")]
async fn header(Header(x_list): Header<Vec<u32>>) -> Json<BTreeMap<&'static str, Vec<u32>>> {
    Json(BTreeMap::from([("x-list", x_list)]))
}

#[api_route(GET, "/par/cookie")]
async fn cookie(Cookie(visits): Cookie<Option<u32>>) -> Json<BTreeMap<&'static str, Option<u32>>> {
    Json(BTreeMap::from([("visits", visits)]))
}

/// A value as names and texts, in a style of the document.
fn pairs(name: &str, value: &Value, style: &Value, explode: bool) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) if explode => items.iter().flat_map(|item| pairs(name, item, style, explode)).collect(),
        Value::Array(items) => vec![(name.to_owned(), items.iter().map(text).collect::<Vec<_>>().join(","))],
        Value::Object(members) => {
            let own = |key: &str| if style == "deepObject" { format!("{name}[{key}]") } else { key.to_owned() };
            assert!(style == "deepObject" || style == "form" && explode, "{name} is an object, sent as {style}");
            members.iter().flat_map(|(key, part)| pairs(&own(key), part, style, explode)).collect()
        }
        value => vec![(name.to_owned(), text(value))],
    }
}

fn encoded(pairs: &[(String, String)]) -> String {
    let encode = |text: &str| -> String {
        let byte =
            |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
        text.bytes().map(byte).collect()
    };
    pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&")
}

#[start_runtime::test]
async fn what_is_sent_as_the_document_says_is_read() {
    let app = test::app();
    let document: Value = app.get("/openapi.json").await.json().await.unwrap();
    let all = json!({
        "text": "007", "limit": 5, "tag": ["a", "b"], "pair": [1, 2], "three": [-1, 0, 1], "kind": "Owl", "id": 7,
        "letter": "x", "big": -5, "filter": { "name": "1e3", "years": [1991, 1992], "exact": true },
        "sizes": { "s": 1, "m": 2 }, "offset": 3, "desc": true,
    });
    let few = json!({
        "text": "true", "limit": null, "tag": [], "pair": null, "three": null, "kind": null, "id": null, "letter": null,
        "big": null, "filter": null, "sizes": {},
    });
    for (path, value) in [
        ("/par/search", all.clone()),
        ("/par/search", few.clone()),
        ("/par/shape", json!({ "shape": "Circle", "radius": 1.5 })),
        ("/par/shape", json!({ "shape": "Box", "width": 1, "height": 2 })),
        ("/par/map", json!({ "a": 1, "b": 2 })),
        ("/par/headers", json!({ "x_numbers": [1, 2], "x_names": ["a", "b"] })),
        ("/par/headers", json!({ "x_numbers": [1], "x_names": null })),
        ("/par/header", json!({ "x-list": [1, 2, 3] })),
        ("/par/header", json!({ "x-list": [] })),
        ("/par/cookie", json!({ "visits": 3 })),
        ("/par/cookie", json!({ "visits": null })),
    ] {
        let (mut query, mut sent) = (Vec::new(), Vec::new());
        for param in document["paths"][path]["get"]["parameters"].as_array().unwrap() {
            let name = param["name"].as_str().unwrap();
            let own = match &value[name] {
                Value::Null => &value[name.replace('-', "_")],
                own => own,
            };
            let own = if path == "/par/map" { &value } else { own };
            let is_missing = own.is_null() || own == &json!([]) || own == &json!({});
            assert!(!is_missing || param["required"] == false, "{path}: {param}");
            let style = param.get("style").cloned().unwrap_or_else(|| match param["in"].as_str() {
                Some("header") => json!("simple"),
                _ => json!("form"),
            });
            let explode = param["explode"].as_bool().unwrap_or(style == "form");
            match param["in"].as_str() {
                Some("query") => query.extend(pairs(name, own, &style, explode)),
                Some("header") if !is_missing => sent.extend(pairs(name, own, &style, explode)),
                Some("cookie") => sent.extend(
                    pairs(name, own, &style, explode)
                        .into_iter()
                        .map(|(name, value)| ("cookie".to_owned(), format!("{name}={value}"))),
                ),
                _ => {}
            }
        }
        let request = app.get(format!("{path}?{}", encoded(&query)));
        let answer = sent.iter().fold(request, |request, (name, value)| request.header(name, value)).await;
        assert_eq!(answer.json::<Value>().await.unwrap(), value, "{path}: {query:?} {sent:?}");
    }
    // What a text cannot say is not in the schema: null, and an empty object that is required.
    let params = document["paths"]["/par/search"]["get"]["parameters"].as_array().unwrap();
    let filter = params.iter().find(|param| param["name"] == "filter").unwrap();
    assert_eq!(filter["schema"]["properties"]["exact"], json!({ "type": "boolean" }), "{filter}");
    assert_eq!(filter["schema"]["properties"]["years"]["minItems"], 1, "{filter}");
    // A form has no parameters: its schema has the fields, and `encoding` their styles.
    let content =
        &document["paths"]["/par/search"]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"];
    for value in [all, few] {
        let fields = value.as_object().unwrap().iter().flat_map(|(name, value)| {
            let style = content["encoding"][name].get("style").cloned().unwrap_or(json!("form"));
            pairs(name, value, &style, true)
        });
        let answer = app.post("/par/search").body(encoded(&fields.collect::<Vec<_>>()));
        let answer = answer.header("content-type", "application/x-www-form-urlencoded").await;
        assert_eq!(answer.json::<Value>().await.unwrap(), value);
    }
}
