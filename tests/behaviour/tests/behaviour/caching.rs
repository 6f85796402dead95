//! Conditional requests: what a client has is not sent, and what it has not seen it cannot overwrite.

use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::web::Bytes;
use start_runtime::actix_web::http::Method;
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::test::{TestApp, app, app_with};
use start_runtime::{CacheControl, Compression, Response, Version, Versioned, prelude::*};

/// Sun, 06 Nov 1994 08:49:37 GMT, and half a second that no header has.
const CHANGED: Duration = Duration::from_millis(784_111_777_500);
const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const EARLIER: &str = "Sun, 06 Nov 1994 08:49:36 GMT";

#[derive(Clone, serde::Serialize, serde::Deserialize, JsonSchema)]
struct Note {
    text: String,
    rev: u64,
}

impl Note {
    fn versioned(&self) -> Versioned<Self> {
        Versioned(self.clone(), self.version())
    }

    fn version(&self) -> Version {
        Version::new(self.rev).last_modified(UNIX_EPOCH + CHANGED)
    }
}

struct Notes(Mutex<Note>);

#[api_route("/ch/note")]
mod note {
    use super::*;

    async fn GET(event: APIEvent, notes: Option<Data<Notes>>) -> Versioned<Note> {
        event.response.cache_control(CacheControl::no_cache());
        let kept = notes.map(|notes| notes.0.lock().expect("no panics").clone());
        kept.unwrap_or(Note { text: "none".to_owned(), rev: 0 }).versioned()
    }

    async fn PUT(
        event: APIEvent,
        notes: Option<Data<Notes>>,
        Json(text): Json<String>,
    ) -> Result<Versioned<Note>, Problem> {
        let Some(notes) = notes else { return Err(Problem::not_found("no notes")) };
        let mut note = notes.0.lock().expect("no panics");
        event.check(&note.version())?;
        *note = Note { text, rev: note.rev + 1 };
        Ok(note.versioned())
    }
}

/// A resource that is not there yet.
#[api_route(PUT, "/ch/new", responses(412 = "It is not there"))]
async fn new(event: APIEvent) -> Result<&'static str, Problem> {
    event.check(None)?;
    Ok("made")
}

#[api_route(GET, "/ch/auto/[what]", responses(304 = "Not changed", 503 = "Away"))]
async fn auto(what: String) -> Result<Response, Problem> {
    let list = Response::json(vec![what.clone(); 500]);
    Ok(match what.as_str() {
        "missing" => return Err(Problem::not_found("no such list")),
        "own" => list.header("etag", "\"own\""),
        "weak" => list.header("etag", "W/\"own\""),
        "dated" => list.header("last-modified", DATE),
        "secret" => list.cache_control(CacheControl::no_store()),
        "kept" => list.cache_control(CacheControl::public().max_age(Duration::from_secs(60))),
        "away" => list.status(503),
        "stream" => Response::stream(Once(Some("piece".into()))),
        _ => list,
    })
}

#[api_route(POST, "/ch/auto/post")]
async fn post() -> &'static str {
    "posted"
}

struct Once(Option<Bytes>);

impl futures_core::Stream for Once {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.take().map(Ok))
    }
}

fn with_note() -> TestApp {
    app_with(start().data(Notes(Mutex::new(Note { text: "first".to_owned(), rev: 1 }))))
}

fn start() -> Start {
    Start::new().etags().compress(Compression::new())
}

async fn status(app: &TestApp, method: Method, path: &str, headers: &[(&str, &str)]) -> u16 {
    let mut request = app.request(method.clone(), path);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    if method == Method::PUT {
        request = request.json("text");
    }
    request.await.status().as_u16()
}

#[start_runtime::test]
async fn the_conditions_of_a_read_are_judged_in_their_order() {
    let cases: &[(&[(&str, &str)], u16)] = &[
        (&[], 200),
        (&[("if-none-match", "\"1\"")], 304),
        (&[("if-none-match", "W/\"1\"")], 304),
        (&[("if-none-match", "*")], 304),
        (&[("if-none-match", "\"0\", \"1\"")], 304),
        (&[("if-none-match", "\"0\"")], 200),
        (&[("if-none-match", "1")], 200),
        // Of several lines, each may be the one.
        (&[("if-none-match", "\"0\""), ("if-none-match", "*")], 304),
        (&[("if-none-match", "\"0\""), ("if-none-match", "\"1\"")], 304),
        // A comma is part of the tag that it stands in.
        (&[("if-none-match", "\"a,b\", \"1\"")], 304),
        (&[("if-none-match", "\"0,1\"")], 200),
        (&[("if-modified-since", DATE)], 304),
        (&[("if-modified-since", "Sunday, 06-Nov-94 08:49:37 GMT")], 304),
        (&[("if-modified-since", "Sun Nov  6 08:49:37 1994")], 304),
        (&[("if-modified-since", EARLIER)], 200),
        (&[("if-modified-since", "yesterday")], 200),
        // If-None-Match comes first.
        (&[("if-none-match", "\"0\""), ("if-modified-since", DATE)], 200),
        (&[("if-match", "\"1\"")], 200),
        (&[("if-match", "*")], 200),
        (&[("if-match", "\"0\", \"1\"")], 200),
        (&[("if-match", "\"0\""), ("if-match", "*")], 200),
        (&[("if-match", "W/\"1\", \"1\"")], 200),
        (&[("if-match", "W/\"1\"")], 412),
        (&[("if-match", "\"0\"")], 412),
        (&[("if-match", "\"0\""), ("if-none-match", "\"1\"")], 412),
        (&[("if-match", "\"1\""), ("if-none-match", "\"1\"")], 304),
        (&[("if-unmodified-since", DATE)], 200),
        (&[("if-unmodified-since", EARLIER)], 412),
        (&[("if-unmodified-since", "never")], 200),
        // If-Match comes first.
        (&[("if-match", "\"1\""), ("if-unmodified-since", EARLIER)], 200),
        // JSON has no ranges.
        (&[("range", "bytes=0-1")], 200),
    ];
    for app in [with_note(), app_with(Start::new().data(Notes(Mutex::new(Note { text: "first".to_owned(), rev: 1 }))))]
    {
        for method in [Method::GET, Method::HEAD] {
            for (headers, expected) in cases {
                assert_eq!(status(&app, method.clone(), "/ch/note", headers).await, *expected, "{method} {headers:?}");
            }
        }
    }
}

#[start_runtime::test]
async fn a_304_has_the_headers_of_the_200_and_no_body() {
    let app = with_note();
    let known = app.get("/ch/note").header("if-none-match", "\"1\"").await;
    assert_eq!(known.status(), 304);
    for (name, expected) in [
        ("etag", Some("\"1\"")),
        ("cache-control", Some("no-cache")),
        ("vary", Some("Accept-Encoding")),
        ("last-modified", Some(DATE)),
        ("content-type", None),
    ] {
        assert_eq!(known.header(name), expected, "{name}");
    }
    assert_eq!(known.text().await.expect("a body"), "");
}

#[start_runtime::test]
async fn a_change_needs_the_version_that_it_is_made_for() {
    let cases: &[(&[(&str, &str)], u16)] = &[
        (&[], 200),
        (&[("if-match", "\"1\"")], 200),
        (&[("if-match", "\"0\", \"1\"")], 200),
        (&[("if-match", "*")], 200),
        (&[("if-match", "\"0\"")], 412),
        (&[("if-match", "W/\"1\"")], 412),
        (&[("if-unmodified-since", DATE)], 200),
        (&[("if-unmodified-since", EARLIER)], 412),
        (&[("if-none-match", "*")], 412),
        (&[("if-none-match", "\"1\"")], 412),
        (&[("if-none-match", "W/\"1\"")], 412),
        (&[("if-none-match", "\"0\"")], 200),
        // Dates of reads mean nothing here.
        (&[("if-modified-since", DATE)], 200),
    ];
    for (headers, expected) in cases {
        let app = with_note();
        assert_eq!(status(&app, Method::PUT, "/ch/note", headers).await, *expected, "{headers:?}");
        let now = app.get("/ch/note").await.json::<Note>().await.expect("a note");
        assert_eq!(now.text, if *expected == 200 { "text" } else { "first" }, "{headers:?}");
    }
    let app = with_note();
    for (headers, expected) in
        [(&[][..], 200), (&[("if-none-match", "*")], 200), (&[("if-match", "*")], 412), (&[("if-match", "\"1\"")], 412)]
    {
        assert_eq!(status(&app, Method::PUT, "/ch/new", headers).await, expected, "{headers:?}");
    }
}

#[start_runtime::test]
async fn a_refused_change_is_a_problem_and_a_made_one_has_its_version() {
    let app = with_note();
    let changed = app.put("/ch/note").header("if-match", "\"1\"").json("second").await;
    assert_eq!((changed.status().as_u16(), changed.header("etag")), (200, Some("\"2\"")));
    assert_eq!(changed.header("last-modified"), Some(DATE));
    for request in [app.put("/ch/note").json("third"), app.get("/ch/note")] {
        let refused = request.header("if-match", "\"1\"").await;
        assert_eq!(refused.status(), 412);
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    }
}

#[start_runtime::test]
async fn etags_are_made_of_bodies() {
    let app = app_with(start());
    let tag = async |what: &str| app.get(format!("/ch/auto/{what}")).await.header("etag").map(str::to_owned);
    let (a, b) = (tag("a").await.expect("an ETag"), tag("b").await.expect("an ETag"));
    assert_ne!(a, b);
    assert_eq!(tag("a").await.as_deref(), Some(&*a));
    for (what, expected) in [
        ("own", Some("\"own\"")),
        ("weak", Some("W/\"own\"")),
        ("missing", None),
        ("secret", None),
        ("away", None),
        ("stream", None),
    ] {
        assert_eq!(tag(what).await.as_deref(), expected, "{what}");
    }
    assert_eq!(app.post("/ch/auto/post").await.header("etag"), None);
    let known = |what: &str, tag: &str| app.get(format!("/ch/auto/{what}")).header("if-none-match", tag);
    for (what, tag, expected) in [
        ("a", a.as_str(), 304),
        ("a", "*", 304),
        ("a", b.as_str(), 200),
        ("own", "\"own\"", 304),
        ("own", "W/\"own\"", 304),
        ("weak", "\"own\"", 304),
        ("missing", "*", 404),
        ("away", "*", 503),
        ("secret", "*", 304),
    ] {
        assert_eq!(known(what, tag).await.status().as_u16(), expected, "{what} {tag}");
    }
    let dated = app.get("/ch/auto/dated").header("if-modified-since", DATE).await;
    assert_eq!(dated.status(), 304);
    let head = app.request(Method::HEAD, "/ch/auto/a").await;
    assert_eq!(head.header("etag"), Some(&*a));
    let head = app.request(Method::HEAD, "/ch/auto/a").header("if-none-match", &a).await;
    assert_eq!(head.status(), 304);
    assert_eq!(self::app().get("/ch/auto/a").await.header("etag"), None);
}

#[start_runtime::test]
async fn an_etag_of_a_compressed_answer_is_known_again() {
    let app = app_with(start());
    let packed = app.get("/ch/auto/kept").header("accept-encoding", "gzip").await;
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    let tag = packed.header("etag").expect("an ETag").to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    let again = app.get("/ch/auto/kept").header("accept-encoding", "gzip").header("if-none-match", &tag).await;
    assert_eq!(again.status(), 304);
    assert_eq!(again.header("etag"), Some(&*tag));
    assert_eq!(again.header("cache-control"), Some("public, max-age=60"));
    assert_eq!(again.header("vary"), Some("Accept-Encoding"));
    assert_eq!(again.header("content-encoding"), None);
}

#[start_runtime::test]
async fn the_etag_of_a_304_is_that_of_the_200_to_the_same_request() {
    let large = Note { text: "x".repeat(5000), rev: 1 };
    let apps = [with_note(), app_with(start().data(Notes(Mutex::new(large))))];
    for app in apps {
        for accept in ["", "identity", "gzip", "deflate, br;q=0.1"] {
            for path in ["/ch/note", "/ch/auto/own", "/ch/auto/kept"] {
                let full = app.get(path).header("accept-encoding", accept).await;
                let tag = full.header("etag").expect("an ETag").to_owned();
                let strong = tag.trim_start_matches("W/");
                for condition in [strong, &format!("W/{strong}"), "*"] {
                    let request = app.get(path).header("accept-encoding", accept);
                    let known = request.header("if-none-match", condition).await;
                    assert_eq!(known.status(), 304, "{path} {accept} {condition}");
                    assert_eq!(known.header("etag"), Some(&*tag), "{path} {accept} {condition}");
                }
            }
        }
    }
}

#[start_runtime::test]
async fn names_of_versions_may_be_anything() {
    for (name, expected) in [("a,b", "\"a%2Cb\""), ("\"", "\"%22\""), ("ö\n", "\"%C3%B6%0A\""), ("", "\"\"")] {
        assert_eq!(Version::new(name).etag(), expected);
    }
    let tomorrow = SystemTime::now() + Duration::from_secs(86_400);
    assert_ne!(Version::new(1).last_modified(tomorrow), Version::new(1));
}

#[start_runtime::test]
async fn conditions_are_in_the_document() {
    let document = app().get("/openapi.json").await.json::<start_runtime::serde_json::Value>().await.expect("JSON");
    let note = &document["paths"]["/ch/note"];
    for method in ["get", "put"] {
        let responses = &note[method]["responses"];
        assert!(responses["200"]["content"]["application/json"].is_object(), "{method}");
        // 304 answers GET and HEAD alone.
        assert_eq!(responses["304"]["headers"]["ETag"].is_object(), method == "get", "{method}");
        assert!(responses["412"]["content"]["application/problem+json"].is_object(), "{method}");
    }
}

#[start_runtime::test]
async fn etags_of_the_server_are_in_the_document() {
    let document = async |start| {
        let app = app_with(start);
        app.get("/openapi.json").await.json::<start_runtime::serde_json::Value>().await.expect("JSON")
    };
    let (with, without) = (document(Start::new().etags()).await, document(Start::new()).await);
    let mut count = 0;
    for (path, item) in with["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            let responses = &operation["responses"];
            let before = &without["paths"][path][method]["responses"];
            let success = ["200", "2XX"].into_iter().find(|status| responses[status].is_object());
            let is_file = before["206"].is_object() && before["416"].is_object();
            let is_conditional = matches!(&**method, "get" | "head") && success.is_some();
            assert_eq!(responses["304"].is_object(), is_conditional || before["304"].is_object(), "{method} {path}");
            if let (true, false, Some(success)) = (is_conditional, is_file, success) {
                assert!(responses[success]["headers"]["ETag"].is_object(), "{path}");
                count += 1;
            }
            if is_file {
                assert!(["304", "412", "416"].iter().all(|status| responses[status].is_object()), "{path}");
            }
        }
    }
    assert!(count > 20, "{count}");
}
