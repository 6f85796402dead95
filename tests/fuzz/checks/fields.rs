//! What holds for fields that are texts, whatever comes in: the check of the target `fields`.
//!
//! # Input
//! The first byte says where the fields stand: in the query, in a form, in cookies or in headers. The rest is their text.
//!
//! # Invariants
//! - They are read, or refused with a 400 or 422. No answer is long.
//! - What was read is read as the same if it is sent once more.
//! - A map has the first value of each name, as the URL standard reads names and values.

use std::collections::BTreeMap;

use actix_web::http::header::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;
use start_runtime::{Cookie, Form, Header, Query};

use crate::app::{LONGEST_ANSWER, send};

#[derive(Debug, Deserialize, Serialize)]
struct Fields {
    name: Option<String>,
    age: Option<u8>,
    big: Option<i128>,
    ratio: Option<f64>,
    letter: Option<char>,
    flag: Option<bool>,
    house: Option<House>,
    #[serde(flatten)]
    page: Page,
}

#[derive(Debug, Deserialize, Serialize)]
struct Page {
    limit: Option<u32>,
    after: Option<Either>,
}

#[derive(Debug, Deserialize, Serialize)]
enum House {
    Gryffindor,
    Slytherin,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
enum Either {
    Number(u16),
    Text(String),
}

type Map = BTreeMap<String, String>;

#[api_route(GET, "/fields/query")]
async fn in_query(Query(fields): Query<Fields>) -> Json<Fields> {
    Json(fields)
}

#[api_route(POST, "/fields/form")]
async fn in_form(Form(fields): Form<Fields>) -> Json<Fields> {
    Json(fields)
}

#[api_route(GET, "/fields/cookies")]
async fn in_cookies(Cookie(fields): Cookie<Fields>) -> Json<Fields> {
    Json(fields)
}

#[api_route(GET, "/fields/headers")]
async fn in_headers(Header(fields): Header<Fields>) -> Json<Fields> {
    Json(fields)
}

#[api_route(GET, "/maps/query")]
async fn map_in_query(Query(map): Query<Map>) -> Json<Map> {
    Json(map)
}

#[api_route(POST, "/maps/form")]
async fn map_in_form(Form(map): Form<Map>) -> Json<Map> {
    Json(map)
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Panics if an input breaks an invariant.
pub fn check(input: &[u8]) {
    let Some((place, text)) = input.split_first() else { return };
    match place % 4 {
        0 => {
            let Some(query) = std::str::from_utf8(text).ok().filter(|text| !text.contains('#')) else { return };
            same_again(&read("query", query));
            is_first_of_each(query.as_bytes(), send(|app| app.get(format!("/maps/query?{query}"))));
        }
        1 => {
            same_again(&asked(send(|app| app.post("/fields/form").header("content-type", FORM).body(text.to_vec()))));
            is_first_of_each(text, send(|app| app.post("/maps/form").header("content-type", FORM).body(text.to_vec())));
        }
        2 => {
            let Some(value) = header(text) else { return };
            let _ = asked(send(|app| app.get("/fields/cookies").header("cookie", value)));
        }
        _ => {
            let lines = text.split(|byte| *byte == b'\n').filter_map(|line| {
                let at = line.iter().position(|byte| *byte == b':')?;
                HeaderName::from_bytes(&line[..at]).ok()?;
                Some((std::str::from_utf8(&line[..at]).ok()?, header(&line[at + 1..])?))
            });
            let _ = asked(send(|app| {
                lines.fold(app.get("/fields/headers"), |request, (name, value)| request.header(name, value))
            }));
        }
    }
}

fn read(place: &str, query: &str) -> Option<Fields> {
    asked(send(|app| app.get(format!("/fields/{place}?{query}"))))
}

/// The fields that were read, unless they were refused.
fn asked((status, answer): (u16, Vec<u8>)) -> Option<Fields> {
    let text = answer.escape_ascii();
    assert!(answer.len() <= LONGEST_ANSWER, "{} bytes", answer.len());
    match status {
        200 => Some(serde_json::from_slice(&answer).unwrap_or_else(|error| panic!("{error}: {text}"))),
        400 | 422 => None,
        _ => panic!("{status}: {text}"),
    }
}

fn same_again(fields: &Option<Fields>) {
    let Some(fields) = fields else { return };
    let query = serde_html_form::to_string(fields).expect("these fields are texts");
    let again = read("query", &query).unwrap_or_else(|| panic!("{query} is refused"));
    // An empty field is none, so an empty text is not read again as a text.
    let json = |fields: &Fields| serde_json::to_string(fields).expect("JSON").replace("\"\"", "null");
    assert_eq!(json(&again), json(fields), "{query}");
}

fn is_first_of_each(text: &[u8], (status, answer): (u16, Vec<u8>)) {
    assert!(answer.len() <= LONGEST_ANSWER || status == 200, "{} bytes", answer.len());
    match status {
        200 => {
            let map: Map = serde_json::from_slice(&answer).expect("a map");
            let mut expected = Map::new();
            for (name, value) in form_urlencoded::parse(text) {
                expected.entry(name.into_owned()).or_insert_with(|| value.into_owned());
            }
            assert_eq!(map, expected);
        }
        400 | 422 => {}
        _ => panic!("{status}: {}", answer.escape_ascii()),
    }
}

/// A value that a header may have, if it is text.
fn header(bytes: &[u8]) -> Option<&str> {
    HeaderValue::from_bytes(bytes).ok()?;
    std::str::from_utf8(bytes).ok()
}
