//! What holds for sessions, whatever comes in: the check of the target `sessions`.
//!
//! # Input
//! The value of the Cookie header.
//!
//! # Invariants
//! - The program answers 200, whether it reads the session or writes it.
//! - No session opens that was not sealed by it, or by h3 with its password: one of `seeds/` alone.

use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, from_slice, json};

use crate::app::send;
use crate::cookies::{header, value, values};

/// The cookies that were sealed by those who may. All of them are sessions of the user `luna`.
const SEALED: [&str; 3] = [
    include_str!("../seeds/sessions/ours"),
    include_str!("../seeds/sessions/h3"),
    include_str!("../seeds/sessions/h3-with-an-end"),
];

#[derive(Serialize, Deserialize)]
struct Opened {
    is_new: bool,
    user: Value,
}

#[api_route("/session")]
async fn GET(event: APIEvent) -> Result<Json<Opened>, Problem> {
    let session = event.session::<Value>().await?;
    Ok(Json(Opened { is_new: session.is_new(), user: session["user"].clone() }))
}

#[api_route("/session")]
async fn POST(event: APIEvent) -> Result<Json<Opened>, Problem> {
    let mut session = event.session::<Value>().await?;
    session.update(|data| data["more"] = json!(true));
    Ok(Json(Opened { is_new: session.is_new(), user: session["user"].clone() }))
}

/// The values that stand for a session: those of its cookies, and what is cut into several.
fn candidates(header: &str) -> Vec<String> {
    let mut all = values(header, "session");
    for value in all.clone() {
        if let Some(count) = value.strip_prefix("__chunked__").and_then(|count| count.parse::<usize>().ok()) {
            let pieces = (1..=count.min(100)).map(|number| values(header, &format!("session.{number}")));
            all.push(pieces.filter_map(|values| values.into_iter().next()).collect());
        }
    }
    all
}

/// Panics if an input breaks an invariant.
pub fn check(input: &[u8]) {
    let Some(header) = header(input) else { return };
    let is_sealed = candidates(header).iter().any(|candidate| SEALED.iter().any(|seed| value(seed) == candidate));
    for method in ["GET", "POST"] {
        let (status, answer) = send(|app| {
            let method = method.parse().expect("a method");
            // As a page of the program asks: what others ask with such a cookie is refused before it is opened.
            app.request(method, "/session").header("cookie", header).header("sec-fetch-site", "same-origin")
        });
        assert_eq!(status, 200, "{method}: {}", answer.escape_ascii());
        let opened: Opened = from_slice(&answer).expect("JSON");
        assert!(opened.is_new || is_sealed, "{method}: {}", answer.escape_ascii());
        assert_eq!(opened.user, if opened.is_new { Value::Null } else { json!("luna") }, "{method}");
        assert!(!opened.is_new || SEALED.iter().all(|seed| seed.trim() != header), "the seeds themselves open");
    }
}
