//! What holds for the cookies of a request, whatever comes in: the check of the target `cookies`.
//!
//! # Input
//! The value of the Cookie header.
//!
//! # Invariants
//! - The program answers 200.
//! - There is a cookie for each part between semicolons that has a `=`, in the order of the header.
//! - No signed or private cookie opens whose value is not that of a seed.

use actix_web::http::header::HeaderValue;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;
use start_runtime::{Secrets, parse_cookies};

use crate::app::{SECRET, send};

#[derive(Serialize, Deserialize)]
struct Read {
    all: Vec<(String, String)>,
    signed: Option<String>,
    private: Option<String>,
}

#[api_route("/cookies")]
async fn GET(event: APIEvent) -> Json<Read> {
    let secrets = Secrets::new(SECRET).expect("a long secret");
    Json(Read {
        all: parse_cookies(&event),
        signed: event.cookies().signed(&secrets).get("signed"),
        private: event.cookies().private(&secrets).get("private"),
    })
}

/// The text of a header, if the input can be one.
pub fn header(input: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(input).ok()?;
    HeaderValue::try_from(text).ok()?;
    Some(text)
}

/// The values of the cookies of a name, as an obvious reader sees them: the first comes first.
pub fn values(header: &str, name: &str) -> Vec<String> {
    let pairs = header.split(';').filter_map(|pair| pair.split_once('='));
    let decode = |text: &str| percent_decode_str(text.trim()).decode_utf8().map_or(text.trim().to_owned(), Into::into);
    let mine = pairs.filter(|(other, _)| decode(other) == name || other.trim() == name);
    // Quotation marks do not belong to a value (RFC 6265, section 4.1.1), and white space around it does not, either.
    let is_around = |sign: char| sign == '"' || sign.is_whitespace();
    mine.map(|(_, value)| decode(value).trim_matches(is_around).to_owned()).collect()
}

/// The value of a cookie in a file of `seeds/`.
pub fn value(seed: &str) -> &str {
    seed.trim().split_once('=').map_or("", |(_, value)| value)
}

/// Panics if an input breaks an invariant.
pub fn check(input: &[u8]) {
    let Some(header) = header(input) else { return };
    let (status, answer) = send(|app| app.get("/cookies").header("cookie", header));
    assert_eq!(status, 200, "{}", answer.escape_ascii());
    let read: Read = start_runtime::serde_json::from_slice(&answer).expect("JSON");
    let expected = header.split(';').filter(|part| part.contains('=')).count();
    assert_eq!(read.all.len(), expected, "{:?}", read.all);
    for (name, opened, seed) in [
        ("signed", &read.signed, include_str!("../seeds/cookies/signed")),
        ("private", &read.private, include_str!("../seeds/cookies/private")),
    ] {
        let sealed: Vec<String> = values(seed, name);
        let sent = values(header, name);
        let is_ours = |value: &String| sealed.contains(value);
        assert!(opened.is_none() || sent.iter().any(is_ours), "{name}: {opened:?}");
        assert!(opened.as_deref().is_none_or(|value| value == "luna"), "{name}: {opened:?}");
        assert!(opened.is_some() || !header.trim().eq(seed.trim()), "{name}: the seed itself opens");
    }
}
