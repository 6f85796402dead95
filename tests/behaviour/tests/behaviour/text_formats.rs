//! Queries, forms, multipart fields, headers and cookies are read by the same rules.

use std::collections::BTreeMap;

use actix_web::FromRequest as _;
use actix_web::dev::Payload;
use actix_web::http::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use start_runtime::serde_json::{self, Value, json};
use start_runtime::{Cookie, Header, test};

type Pairs<'a> = &'a [(&'a str, &'a str)];
type Read = Result<Value, Value>;

const PLACES: [&str; 5] = ["query", "form", "multipart", "header", "cookie"];

/// Reads the pairs as a `T` in one of the places.
async fn read<T: DeserializeOwned + Serialize>(place: &str, pairs: Pairs<'_>) -> Read {
    let text = encoded(pairs);
    let result = match place {
        "query" => test::event(format!("/?{text}")).build().request.query().map(|value: T| json!(value)),
        "form" => {
            let event = test::event("/").method(Method::POST).body(text);
            let event = event.header("content-type", "application/x-www-form-urlencoded").build();
            event.request.form().await.map(|value: T| json!(value))
        }
        "multipart" => {
            let parts = pairs.iter().map(|(name, value)| {
                format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            });
            let event = test::event("/").method(Method::POST).body(parts.collect::<String>() + "--B--\r\n");
            let event = event.header("content-type", "multipart/form-data; boundary=B").build();
            event.request.multipart_form().await.map(|value: T| json!(value))
        }
        "header" => {
            let event = pairs.iter().fold(test::event("/"), |event, (name, value)| event.header(name, value)).build();
            Header::<T>::from_request(event.request.http(), &mut Payload::None).await.map(|value| json!(value.0))
        }
        _ => {
            let cookies: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let event = test::event("/").header("cookie", &cookies.join("; ")).build();
            Cookie::<T>::from_request(event.request.http(), &mut Payload::None).await.map(|value| json!(value.0))
        }
    };
    result.map_err(|problem| serde_json::to_value(&problem).unwrap())
}

fn encoded(pairs: Pairs<'_>) -> String {
    let encode = |text: &str| -> String {
        let byte =
            |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
        text.bytes().map(byte).collect()
    };
    pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&")
}

/// Reads the pairs in all places, and expects the same everywhere.
async fn everywhere<T: DeserializeOwned + Serialize>(cases: &[(Pairs<'_>, Value)]) {
    for (pairs, expected) in cases {
        for place in PLACES {
            let found = read::<T>(place, pairs).await;
            assert_eq!(found.as_ref(), Ok(expected), "{} in a {place}: {pairs:?}", std::any::type_name::<T>());
        }
    }
}

/// Expects these names to be reported as wrong, everywhere.
async fn refused<T: DeserializeOwned + Serialize>(cases: &[(Pairs<'_>, &[&str])]) {
    for (pairs, names) in cases {
        for place in PLACES {
            let problem = match read::<T>(place, pairs).await {
                Err(problem) => problem,
                Ok(value) => panic!("{} in a {place}: {pairs:?} is {value}", std::any::type_name::<T>()),
            };
            let found: Vec<String> = problem["errors"]
                .as_array()
                .unwrap()
                .iter()
                .map(|error| error["name"].as_str().unwrap().to_owned())
                .collect();
            let status = if matches!(place, "form" | "multipart") { 422 } else { 400 };
            assert_eq!(
                (&problem["status"], found),
                (&json!(status), names.iter().map(|name| (*name).to_owned()).collect()),
                "{place}: {problem}"
            );
        }
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Page {
    limit: u32,
    #[serde(default)]
    desc: bool,
}

#[derive(Serialize, Deserialize)]
struct Flat {
    name: String,
    #[serde(flatten)]
    page: Page,
}

#[derive(Serialize, Deserialize)]
struct MaybeFlat {
    name: String,
    #[serde(flatten)]
    page: Option<Page>,
}

#[derive(Serialize, Deserialize)]
struct Place {
    lat: f64,
    lon: f32,
    code: String,
    floor: Option<i8>,
    tag: Vec<u16>,
    grade: char,
    kind: Option<Kind>,
    id: Id,
}

#[derive(Serialize, Deserialize)]
struct FlatPlace {
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize, Deserialize)]
struct FlatCounts {
    name: String,
    #[serde(flatten)]
    counts: BTreeMap<String, u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Owl,
    Cat,
}

#[derive(Serialize, Deserialize)]
struct Id(u64);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Key {
    Number(u64),
    Flag(bool),
    Name(String),
}

#[derive(Serialize, Deserialize)]
struct ByKey {
    key: Key,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "shape", rename_all = "lowercase")]
enum Shape {
    Circle { radius: f64 },
    Box { width: u32, height: u32, label: String },
    Nothing,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Number(i64),
    Text(String),
    None,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Either {
    Numbered { x: u32, y: String },
    Named { x: String, y: u32 },
    Flag { flag: bool },
}

#[start_runtime::test]
async fn flattened_structs_get_numbers_and_booleans() {
    everywhere::<Flat>(&[
        (&[("name", "x"), ("limit", "5")], json!({ "name": "x", "limit": 5, "desc": false })),
        (&[("limit", "007"), ("desc", "true"), ("name", "5")], json!({ "name": "5", "limit": 7, "desc": true })),
    ])
    .await;
    everywhere::<MaybeFlat>(&[
        (&[("name", "x"), ("limit", "5"), ("desc", "true")], json!({ "name": "x", "limit": 5, "desc": true })),
        (&[("name", "x")], json!({ "name": "x" })),
    ])
    .await;
    let place: Pairs<'_> = &[
        ("lat", "48.10"),
        ("lon", "-5"),
        ("code", "007"),
        ("floor", ""),
        ("tag", "1"),
        ("grade", "7"),
        ("kind", "owl"),
        ("id", "9"),
    ];
    let expected = json!({
        "lat": 48.1, "lon": -5.0, "code": "007", "floor": null, "tag": [1], "grade": "7", "kind": "owl", "id": 9,
    });
    everywhere::<Place>(&[(place, expected.clone())]).await;
    everywhere::<FlatPlace>(&[(place, expected)]).await;
    everywhere::<FlatCounts>(&[(
        &[("name", "12"), ("a", "1"), ("b", "2"), ("c", "3")],
        json!({ "name": "12", "a": 1, "b": 2, "c": 3 }),
    )])
    .await;
    refused::<Flat>(&[
        (&[("name", "x"), ("limit", "many")], &["limit"]),
        (&[("name", "x"), ("limit", "-1")], &["limit"]),
        (&[("name", "x")], &["limit"]),
        (&[("limit", "1")], &["name"]),
    ])
    .await;
}

#[start_runtime::test]
async fn a_text_that_looks_like_something_else_stays_a_text() {
    #[derive(Serialize, Deserialize)]
    struct Code {
        code: String,
    }
    #[derive(Serialize, Deserialize)]
    struct Outer {
        #[serde(flatten)]
        code: Code,
        #[serde(flatten)]
        page: Option<Page>,
    }
    for text in ["007", "1e3", "true", "on", "null", "NaN", "1.50", "-0", "+1", "5"] {
        let pairs: Pairs<'_> = &[("code", text), ("limit", "5")];
        everywhere::<Code>(&[(pairs, json!({ "code": text }))]).await;
        everywhere::<Outer>(&[(pairs, json!({ "code": text, "limit": 5, "desc": false }))]).await;
    }
}

#[start_runtime::test]
async fn tagged_and_untagged_enums_are_read() {
    for (text, expected) in [
        ("5", json!(5)),
        ("true", json!(true)),
        ("abc", json!("abc")),
        ("007", json!("007")),
        ("1e3", json!("1e3")),
        ("-5", json!("-5")),
    ] {
        everywhere::<ByKey>(&[(&[("key", text)], json!({ "key": expected }))]).await;
    }
    everywhere::<Shape>(&[
        (&[("shape", "circle"), ("radius", "1.5")], json!({ "shape": "circle", "radius": 1.5 })),
        (
            &[("width", "2"), ("label", "12"), ("height", "3"), ("shape", "box")],
            json!({ "shape": "box", "width": 2, "height": 3, "label": "12" }),
        ),
        (&[("shape", "nothing")], json!({ "shape": "nothing" })),
    ])
    .await;
    everywhere::<Adjacent>(&[
        (&[("t", "Number"), ("c", "-5")], json!({ "t": "Number", "c": -5 })),
        (&[("c", "5"), ("t", "Number")], json!({ "t": "Number", "c": 5 })),
        (&[("c", "5"), ("t", "Text")], json!({ "t": "Text", "c": "5" })),
        (&[("t", "None")], json!({ "t": "None" })),
    ])
    .await;
    everywhere::<Either>(&[
        (&[("x", "1"), ("y", "2")], json!({ "x": 1, "y": "2" })),
        (&[("x", "a"), ("y", "2")], json!({ "x": "a", "y": 2 })),
        (&[("flag", "true")], json!({ "flag": true })),
    ])
    .await;
    refused::<Shape>(&[(&[("shape", "circle"), ("radius", "wide")], &["radius"])]).await;
}

#[start_runtime::test]
async fn enums_are_flattened() {
    #[derive(Serialize, Deserialize)]
    struct Drawn {
        name: String,
        #[serde(flatten)]
        shape: Shape,
    }
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum By {
        Name(String),
        Year(u16),
        Exact(bool),
        Years(Vec<u16>),
    }
    #[derive(Serialize, Deserialize)]
    struct Sorted {
        #[serde(flatten)]
        by: By,
        #[serde(flatten)]
        page: Option<Page>,
    }
    #[derive(Serialize, Deserialize)]
    struct Mixed {
        #[serde(flatten)]
        either: Either,
        #[serde(flatten)]
        page: Page,
    }
    everywhere::<Drawn>(&[(
        &[("name", "1"), ("shape", "box"), ("width", "2"), ("height", "3"), ("label", "4")],
        json!({ "name": "1", "shape": "box", "width": 2, "height": 3, "label": "4" }),
    )])
    .await;
    everywhere::<Sorted>(&[
        (&[("year", "1991"), ("limit", "3")], json!({ "year": 1991, "limit": 3, "desc": false })),
        (&[("name", "1991")], json!({ "name": "1991" })),
        (&[("exact", "true")], json!({ "exact": true })),
        (&[("years", "1991")], json!({ "years": [1991] })),
    ])
    .await;
    everywhere::<By>(&[
        (&[("year", "1991")], json!({ "year": 1991 })),
        (&[("name", "1991")], json!({ "name": "1991" })),
        (&[("years", "1991")], json!({ "years": [1991] })),
    ])
    .await;
    everywhere::<Mixed>(&[
        (&[("x", "1"), ("y", "2"), ("limit", "3")], json!({ "x": 1, "y": "2", "limit": 3, "desc": false })),
        (&[("limit", "3"), ("flag", "true")], json!({ "flag": true, "limit": 3, "desc": false })),
    ])
    .await;
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum ListOr {
    List(Vec<u32>),
    Text(String),
}

#[start_runtime::test]
async fn variants_are_tried_in_order_each_value_for_itself() {
    #[derive(Serialize, Deserialize)]
    struct Both {
        a: ListOr,
        b: Key,
        c: Option<Key>,
    }
    everywhere::<Both>(&[
        (&[("a", "abc"), ("b", "5")], json!({ "a": "abc", "b": 5, "c": null })),
        (&[("a", "1"), ("b", "x"), ("c", "true")], json!({ "a": [1], "b": "x", "c": true })),
        (&[("a", "007x"), ("b", "007"), ("c", "7")], json!({ "a": "007x", "b": "007", "c": 7 })),
    ])
    .await;
}

#[start_runtime::test]
async fn the_first_of_several_cookies_counts_unless_a_list_is_read() {
    #[derive(Serialize, Deserialize)]
    struct Cookies {
        a: u8,
        b: Vec<u8>,
    }
    #[derive(Serialize, Deserialize)]
    struct Flattened {
        #[serde(flatten)]
        page: Page,
    }
    let found = read::<Cookies>("cookie", &[("a", "1"), ("a", "2"), ("b", "3"), ("b", "4")]).await;
    assert_eq!(found, Ok(json!({ "a": 1, "b": [3, 4] })));
    let found = read::<Flattened>("cookie", &[("limit", "1"), ("limit", "2")]).await;
    assert_eq!(found, Ok(json!({ "limit": 1, "desc": false })));
}

#[start_runtime::test]
async fn every_type_of_serde_is_read() {
    #[derive(Serialize, Deserialize)]
    struct Wide {
        #[serde(serialize_with = "shown")]
        a: Option<i128>,
        #[serde(serialize_with = "shown")]
        b: u128,
        c: (u32, String),
        d: [u8; 2],
        e: Pair,
        f: Vec<Id>,
        g: Vec<Kind>,
        h: char,
        i: (),
    }
    #[derive(Serialize, Deserialize)]
    struct Pair(bool, i64);
    fn shown<S: serde::Serializer>(value: &impl std::fmt::Debug, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{value:?}"))
    }
    let big = i128::MAX.to_string();
    let pairs: Pairs<'_> = &[
        ("a", "-5"),
        ("b", &big),
        ("c", "1"),
        ("c", "2"),
        ("d", "3"),
        ("d", "4"),
        ("e", "true"),
        ("e", "-6"),
        ("f", "7"),
        ("g", "owl"),
        ("g", "cat"),
        ("h", "ä"),
        ("i", ""),
    ];
    for place in PLACES {
        let found = read::<Wide>(place, pairs).await;
        let expected = json!({
            "a": "Some(-5)", "b": big, "c": [1, "2"], "d": [3, 4], "e": [true, -6], "f": [7], "g": ["owl", "cat"],
            "h": "ä", "i": null,
        });
        assert_eq!(found, Ok(expected), "{place}");
    }
    #[derive(Serialize, Deserialize)]
    struct Two {
        t: (u32, u32),
    }
    for (pairs, fits) in
        [(&[("t", "1"), ("t", "2")][..], true), (&[("t", "1")], false), (&[("t", "1"), ("t", "2"), ("t", "3")], false)]
    {
        for place in PLACES {
            assert_eq!(read::<Two>(place, pairs).await.is_ok(), fits, "{place}: {pairs:?}");
        }
    }
}

#[start_runtime::test]
async fn an_optional_value_that_was_left_empty_is_none() {
    #[derive(Serialize, Deserialize)]
    #[serde(try_from = "String")]
    struct Date(String);
    impl TryFrom<String> for Date {
        type Error = &'static str;
        fn try_from(text: String) -> Result<Self, Self::Error> {
            if text.len() == 10 { Ok(Self(text)) } else { Err("not a date") }
        }
    }
    #[derive(Serialize, Deserialize)]
    struct Empty {
        number: Option<u8>,
        flag: Option<bool>,
        kind: Option<Kind>,
        id: Option<Id>,
        date: Option<Date>,
        address: Option<std::net::IpAddr>,
        wide: Option<i128>,
        float: Option<f64>,
        letter: Option<char>,
        text: Option<String>,
    }
    #[derive(Serialize, Deserialize)]
    struct Outer {
        #[serde(flatten)]
        inner: Rest,
    }
    #[derive(Serialize, Deserialize)]
    struct Rest {
        number: Option<u8>,
        kind: Option<Kind>,
        date: Option<Date>,
    }
    let names = ["number", "flag", "kind", "id", "date", "address", "wide", "float", "letter", "text"];
    let pairs = names.map(|name| (name, ""));
    let expected = json!({
        "number": null, "flag": null, "kind": null, "id": null, "date": null, "address": null, "wide": null,
        "float": null, "letter": null, "text": "",
    });
    everywhere::<Empty>(&[(&pairs, expected)]).await;
    let rest: Pairs<'_> = &[("number", ""), ("kind", ""), ("date", "")];
    everywhere::<Outer>(&[(rest, json!({ "number": null, "kind": null, "date": null }))]).await;
    refused::<Empty>(&[(&[("number", "x"), ("kind", "dog"), ("date", "soon")], &["number", "kind", "date"])]).await;
}

#[start_runtime::test]
async fn members_have_names_in_brackets() {
    #[derive(Serialize, Deserialize)]
    struct Filter {
        name: Option<String>,
        year: Option<u16>,
        #[serde(default)]
        tag: Vec<String>,
    }
    #[derive(Serialize, Deserialize)]
    struct Search {
        filter: Option<Filter>,
        #[serde(default)]
        sizes: BTreeMap<String, u32>,
        #[serde(rename = "page[size]")]
        page_size: Option<u8>,
        #[serde(rename = "ids[]", default)]
        ids: Vec<u32>,
    }
    #[derive(Serialize, Deserialize)]
    struct Flattened {
        #[serde(flatten)]
        common: Common,
        #[serde(flatten)]
        page: Page,
    }
    #[derive(Serialize, Deserialize)]
    struct Common {
        filter: Option<Filter>,
    }
    let pairs: Pairs<'_> = &[
        ("filter[name]", "5"),
        ("filter[year]", "1991"),
        ("filter[tag]", "a"),
        ("filter[tag]", "b"),
        ("sizes[x]", "1"),
        ("sizes[y]", "2"),
        ("page[size]", "3"),
        ("ids[]", "4"),
    ];
    let expected = json!({
        "filter": { "name": "5", "year": 1991, "tag": ["a", "b"] }, "sizes": { "x": 1, "y": 2 }, "page[size]": 3,
        "ids[]": [4],
    });
    let flat: Pairs<'_> = &[("filter[name]", "5"), ("filter[tag]", "a"), ("filter[tag]", "b"), ("limit", "7")];
    let flat_expected =
        json!({ "filter": { "name": "5", "year": null, "tag": ["a", "b"] }, "limit": 7, "desc": false });
    for place in ["query", "form", "multipart"] {
        assert_eq!(read::<Search>(place, pairs).await, Ok(expected.clone()), "{place}");
        assert_eq!(read::<Flattened>(place, flat).await, Ok(flat_expected.clone()), "{place}");
        let problem = read::<Search>(place, &[("filter[year]", "x"), ("sizes[x]", "y")]).await.unwrap_err();
        assert_eq!(problem["errors"][0]["name"], "filter[year]", "{problem}");
        assert_eq!(problem["errors"][1]["name"], "sizes[x]", "{problem}");
        // In a map of texts, such a name is a name like any other.
        let found = read::<BTreeMap<String, String>>(place, &[("a[b]", "1"), ("c", "2")]).await;
        assert_eq!(found, Ok(json!({ "a[b]": "1", "c": "2" })), "{place}");
    }
}

#[start_runtime::test]
async fn of_a_repeated_key_a_map_has_the_first_and_a_field_is_refused() {
    let pairs: Pairs<'_> = &[("a", "1"), ("a", "2"), ("b", "3")];
    #[derive(Serialize, Deserialize)]
    struct One {
        a: Option<String>,
    }
    for place in ["query", "form", "multipart", "header"] {
        let map = read::<BTreeMap<String, String>>(place, pairs).await;
        assert_eq!(map, Ok(json!({ "a": "1", "b": "3" })), "{place}");
        let lists = read::<BTreeMap<String, Vec<u8>>>(place, pairs).await;
        assert_eq!(lists, Ok(json!({ "a": [1, 2], "b": [3] })), "{place}");
        let problem = read::<One>(place, pairs).await.unwrap_err();
        assert_eq!(problem["errors"][0]["name"], "a", "{place}: {problem}");
        assert_eq!(problem["errors"][0]["value"], "1, 2", "{place}: {problem}");
    }
    let pairs = read::<Vec<(String, u8)>>("query", pairs).await;
    assert_eq!(pairs, Ok(json!([["a", 1], ["a", 2], ["b", 3]])));
}

#[start_runtime::test]
async fn numbers_are_finite() {
    #[derive(Serialize, Deserialize)]
    struct Floats {
        a: Option<f64>,
        b: Option<f32>,
    }
    for text in ["NaN", "nan", "inf", "-inf", "infinity", "1e999"] {
        refused::<Floats>(&[(&[("a", text)], &["a"]), (&[("b", text)], &["b"])]).await;
    }
    refused::<Floats>(&[(&[("b", "1e39")], &["b"])]).await;
    #[derive(Serialize, Deserialize)]
    struct Outer {
        #[serde(flatten)]
        floats: Single,
    }
    #[derive(Serialize, Deserialize)]
    struct Single {
        b: f32,
    }
    refused::<Outer>(&[(&[("b", "1e39")], &["b"]), (&[("b", "NaN")], &["b"]), (&[("b", "inf")], &["b"])]).await;
    everywhere::<Outer>(&[(&[("b", "-1.5e3")], json!({ "b": -1500.0 }))]).await;
    everywhere::<Floats>(&[(&[("a", "1e39"), ("b", "-1.5e3")], json!({ "a": 1e39, "b": -1500.0 }))]).await;
}

#[start_runtime::test]
async fn the_digits_of_a_number_are_kept() {
    // The first four become a neighbour by a reading that is fast and not exact.
    let texts = [
        "0.9742984278127551",
        "0.10488984278127552",
        "2.2250738585072011e-308",
        "9007199254740993.0",
        "5e-324",
        "1.7976931348623157e308",
        "0.1",
        "123456789012345680.0",
        "-1.2345678901234567e-7",
    ];
    for text in texts {
        let exact: f64 = text.parse().unwrap();
        let sent = || {
            let event = test::event("/").method(Method::POST).header("content-type", "application/json");
            event.body(format!("[{text}]")).build()
        };
        let [float]: [f64; 1] = sent().request.json().await.unwrap();
        let value: Value = sent().request.json().await.unwrap();
        assert_eq!(float.to_bits(), exact.to_bits(), "{text}");
        assert_eq!(value[0].as_f64().map(f64::to_bits), Some(exact.to_bits()), "{text}");
    }
}

#[start_runtime::test]
async fn a_list_in_headers_is_separated_by_commas_and_lines() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Lists {
        x_list: Vec<u32>,
    }
    #[derive(Serialize, Deserialize)]
    struct Flattened {
        #[serde(flatten)]
        lists: Lists,
    }
    for (lines, expected) in [
        (&["1, 2"][..], json!([1, 2])),
        (&["1,2", "3"], json!([1, 2, 3])),
        (&["1", "2"], json!([1, 2])),
        (&[" 1 ,, 2 ,"], json!([1, 2])),
        (&["1"], json!([1])),
    ] {
        let pairs: Vec<(&str, &str)> = lines.iter().map(|line| ("x-list", *line)).collect();
        assert_eq!(read::<Lists>("header", &pairs).await, Ok(json!({ "x_list": expected })), "{lines:?}");
        assert_eq!(read::<Flattened>("header", &pairs).await, Ok(json!({ "x_list": expected })), "{lines:?}");
    }
    #[derive(Serialize, Deserialize)]
    struct Texts {
        #[serde(rename = "X-List")]
        list: Vec<String>,
        x_one: String,
        x_keys: Vec<Key>,
    }
    let pairs = [("x-list", r#""a, b", c"#), ("x-one", "Mon, 1 Jan"), ("x-keys", "1, abc, true")];
    let expected = json!({ "X-List": ["\"a, b\"", "c"], "x_one": "Mon, 1 Jan", "x_keys": [1, "abc", true] });
    assert_eq!(read::<Texts>("header", &pairs).await, Ok(expected));
    let problem = read::<Lists>("header", &[("x-list", "1, x")]).await.unwrap_err();
    assert_eq!(problem["errors"][0]["name"], "x-list", "{problem}");
    // In a query, a comma is a part of the text (OpenAPI's `explode`).
    let problem = read::<BTreeMap<String, Vec<u32>>>("query", &[("a", "1,2")]).await.unwrap_err();
    assert_eq!(problem["errors"][0]["value"], "1,2", "{problem}");
}

#[start_runtime::test]
async fn a_header_with_flattened_fields_finds_renamed_ones() {
    #[derive(Serialize, Deserialize)]
    struct Tracing {
        #[serde(rename = "X-Trace-Id")]
        id: u64,
        x_depth: Option<u8>,
        #[serde(flatten)]
        agent: Agent,
    }
    #[derive(Serialize, Deserialize)]
    struct Agent {
        user_agent: String,
        x_count: u32,
    }
    let pairs = [("x-trace-id", "7"), ("x-depth", "1"), ("user-agent", "12"), ("x-count", "3")];
    let expected = json!({ "X-Trace-Id": 7, "x_depth": 1, "user_agent": "12", "x_count": 3 });
    assert_eq!(read::<Tracing>("header", &pairs).await, Ok(expected));
}

thread_local! {
    static READ: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// A number that counts how often one is read.
#[derive(Serialize)]
struct Counted(u32);

impl<'de> Deserialize<'de> for Counted {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        READ.set(READ.get() + 1);
        u32::deserialize(deserializer).map(Self)
    }
}

#[derive(Serialize, Deserialize)]
struct CountedList {
    a: Vec<Counted>,
}

#[derive(Serialize, Deserialize)]
struct CountedFlat {
    #[serde(flatten)]
    all: BTreeMap<String, Counted>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum CountedOr {
    Number(Counted),
    Flag(bool),
}

#[derive(Serialize, Deserialize)]
struct CountedUntagged {
    a: Vec<CountedOr>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    a: Option<Counted>,
}

/// How often a number is read, and how long the problem is.
async fn cost<T: DeserializeOwned + Serialize>(pairs: Vec<(String, &str)>) -> (usize, usize) {
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    READ.set(0);
    let length = read::<T>("form", &pairs).await.err().map_or(0, |problem| problem.to_string().len());
    (READ.get(), length)
}

#[start_runtime::test]
async fn the_work_grows_with_the_size_and_not_with_the_errors() {
    const COUNT: usize = 5_000;
    /// So many times each value may be read.
    const MOST: usize = 12;
    let own = |value: &'static str, last: &'static str| {
        let value = move |index| if index < COUNT - 50 { value } else { last };
        (0..COUNT).map(move |index| (format!("k{index}"), value(index))).collect::<Vec<_>>()
    };
    let same = |value, last| own(value, last).into_iter().map(|(_, value)| ("a".to_owned(), value)).collect::<Vec<_>>();
    let bracketed =
        |value, last| own(value, last).into_iter().map(|(name, value)| (name + "[x]", value)).collect::<Vec<_>>();
    for (value, last) in
        [("1", "1"), ("x", "x"), ("1", "x"), ("x", "1"), ("", ""), ("1", ""), ("1.5", "1"), ("true", "1")]
    {
        for (case, (reads, length)) in [
            ("map", cost::<BTreeMap<String, Counted>>(own(value, last)).await),
            ("list", cost::<CountedList>(same(value, last)).await),
            ("flattened", cost::<CountedFlat>(own(value, last)).await),
            ("untagged", cost::<CountedUntagged>(same(value, last)).await),
            ("nested", cost::<BTreeMap<String, BTreeMap<String, Counted>>>(bracketed(value, last)).await),
            ("brackets", cost::<CountedFlat>(bracketed(value, last)).await),
            ("strict", cost::<Strict>(own(value, last)).await),
            ("repeated", cost::<Strict>(same(value, last)).await),
        ] {
            assert!(reads <= MOST * COUNT && length < 64 * 1024, "{case} of {value:?} and {last:?}: {reads} {length}");
            let is_good = (value, last) == ("1", "1") && !matches!(case, "strict" | "repeated");
            assert_eq!(
                length == 0,
                is_good || (case == "untagged" && (value, last) == ("true", "1")),
                "{case} {value} {last}"
            );
        }
    }
}

#[start_runtime::test]
async fn a_problem_repeats_only_the_beginning_of_what_was_sent() {
    let long = "\u{1}".repeat(20_000);
    let names: Vec<String> = (0..100).map(|index| format!("{index}{}", "\u{1}".repeat(1_000))).collect();
    let pairs: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), long.as_str())).take(20).collect();
    let problem = read::<BTreeMap<String, u32>>("form", &pairs).await.unwrap_err();
    assert!(problem.to_string().len() < 64 * 1024, "{}", problem.to_string().len());
    let value = problem["errors"][0]["value"].as_str().unwrap();
    assert_eq!((value.chars().count(), value.ends_with('…')), (101, true));
    for pairs in [&[("a", long.as_str())][..], &[(long.as_str(), "1")]] {
        let problem = read::<Strict>("query", pairs).await.unwrap_err();
        assert!(problem.to_string().len() < 8 * 1024, "{problem}");
    }
    // Twenty are listed, and the text says that there may be more.
    let many: Vec<(String, &str)> = (0..100).map(|index| (format!("k{index}"), "x")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let problem = read::<BTreeMap<String, u32>>("query", &many).await.unwrap_err();
    assert_eq!(problem["errors"].as_array().unwrap().len(), 20);
    assert!(problem["detail"].as_str().unwrap().ends_with("; and perhaps more"), "{problem}");
}

#[derive(Deserialize)]
struct Upload {
    album: Album,
}

#[derive(Deserialize)]
struct Album {
    title: String,
    cover: start_runtime::UploadedFile<10>,
}

#[start_runtime::api_route(POST, "/t/albums")]
async fn albums(upload: start_runtime::Multipart<Upload>) -> String {
    format!("{} {}", upload.album.title, upload.album.cover.size())
}

#[start_runtime::test]
async fn a_member_can_be_a_file() {
    use test::FormPart;
    for (content, status) in [("12345", 200), ("12345678901", 413)] {
        let parts = [
            FormPart::text("album[title]", "Hogsmeade"),
            FormPart::file("album[cover]", "c.png", "image/png", content),
        ];
        let answer = test::app().post("/t/albums").multipart(parts).await;
        assert_eq!(answer.status(), status, "{content}");
        if status == 200 {
            assert_eq!(answer.text().await.unwrap(), "Hogsmeade 5");
        }
    }
}
