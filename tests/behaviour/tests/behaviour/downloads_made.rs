//! Downloads of bytes and of streams: their conditions and ranges are those of files (RFC 9110, sections 13 and 14).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use actix_web::middleware::Compress;
use actix_web::web::Bytes;
use futures_core::Stream;
use start_runtime::actix_web::http::Method;
use start_runtime::test::{TestApp, app, app_with};
use start_runtime::{Download, prelude::*};

const TEXT: &str = "hello report";
/// Sun, 06 Nov 1994 08:49:37 GMT, and half a second that no header has.
const CHANGED: Duration = Duration::from_millis(784_111_777_500);

/// How many streams were opened.
static OPENED: AtomicUsize = AtomicUsize::new(0);

/// A stream of pieces, an error among them if there is one.
struct Pieces(Vec<Result<Bytes, std::io::Error>>);

impl Stream for Pieces {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready((!self.0.is_empty()).then(|| self.0.remove(0)))
    }
}

fn stream() -> Download {
    Download::from_stream(TEXT.len() as u64, |range| {
        OPENED.fetch_add(1, Ordering::Relaxed);
        let bytes = &TEXT.as_bytes()[range.start as usize..range.end as usize];
        Pieces(bytes.chunks(5).map(|piece| Ok(Bytes::from_static(piece))).collect())
    })
}

#[api_route(GET, "/dm/[form]", responses(206 = "A part", 304 = "Not changed"))]
async fn get(form: String) -> Result<Download, Problem> {
    Ok(match form.as_str() {
        "bytes" => Download::bytes(TEXT).file_name("a.txt"),
        "stream" => stream().file_name("a.txt").etag("v1").last_modified(UNIX_EPOCH + CHANGED),
        "dated" => stream().last_modified(UNIX_EPOCH + CHANGED),
        "weak" => Download::bytes(TEXT).etag("W/\"v1\""),
        "quoted" => Download::bytes(TEXT).etag("\"v1\""),
        "plain" => stream(),
        "empty" => Download::bytes(""),
        "file" => {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/site/p/plain.txt");
            Download::open(path).await?.etag("v1").last_modified(UNIX_EPOCH + CHANGED)
        }
        "bad" => Download::bytes(TEXT).etag("a\nb"),
        "shown" => Download::bytes("<svg/>").file_name("x.svg").inline(),
        "typed" => Download::bytes("a,b").content_type("text/csv"),
        _ => return Err(Problem::not_found("no such form")),
    })
}

async fn ask(app: &TestApp, method: &str, form: &str, headers: &[(&str, &str)]) -> (u16, Option<String>, String) {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let mut request = app.request(method, format!("/dm/{form}"));
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let answer = request.await;
    let range = answer.header("content-range").map(str::to_owned);
    (answer.status().as_u16(), range, answer.text().await.unwrap())
}

#[start_runtime::test]
async fn ranges_and_conditions_are_answered_whatever_the_source() {
    const WHOLE: (u16, Option<&str>, &str) = (200, None, TEXT);
    const ALL: (u16, Option<&str>, &str) = (206, Some("bytes 0-11/12"), TEXT);
    const PART: (u16, Option<&str>, &str) = (206, Some("bytes 6-11/12"), "report");
    const NOTHING: (u16, Option<&str>, &str) = (304, None, "");
    const FAILED: (u16, Option<&str>, &str) = (412, None, "");
    const OUTSIDE: (u16, Option<&str>, &str) = (416, Some("bytes */12"), "");
    const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
    const AT: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const AFTER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";
    const RANGE: (&str, &str) = ("range", "bytes=6-");
    type Headers = &'static [(&'static str, &'static str)];
    type Expected = (u16, Option<&'static str>, &'static str);
    let cases: Vec<(Headers, Expected)> = vec![
        (&[], WHOLE),
        (&[RANGE], PART),
        (&[("range", "bytes=-6")], PART),
        (&[("range", "bytes=6-11")], PART),
        (&[("range", "bytes=6-99")], PART),
        (&[("range", "bytes=6-,0-1")], PART),
        (&[("range", "bytes=0-0")], (206, Some("bytes 0-0/12"), "h")),
        (&[("range", "bytes=0-")], ALL),
        (&[("range", "bytes=0-11")], ALL),
        (&[("range", "bytes=-12")], ALL),
        (&[("range", "bytes=-99")], ALL),
        (&[("range", "bytes=12-")], OUTSIDE),
        (&[("range", "bytes=a-b")], WHOLE),
        (&[("range", "lines=1-2")], WHOLE),
        (&[RANGE, ("if-range", "\"v1\"")], PART),
        (&[RANGE, ("if-range", "\"v2\"")], WHOLE),
        (&[RANGE, ("if-range", "W/\"v1\"")], WHOLE),
        (&[RANGE, ("if-range", AT)], PART),
        (&[RANGE, ("if-range", BEFORE)], WHOLE),
        (&[RANGE, ("if-range", AFTER)], WHOLE),
        (&[RANGE, ("if-range", "nonsense")], WHOLE),
        (&[("if-none-match", "\"v1\"")], NOTHING),
        (&[("if-none-match", "W/\"v1\"")], NOTHING),
        (&[("if-none-match", "\"v0\", \"v1\"")], NOTHING),
        (&[("if-none-match", "*")], NOTHING),
        (&[("if-none-match", "\"v2\"")], WHOLE),
        (&[("if-none-match", "\"v2\""), RANGE], PART),
        (&[("if-none-match", "\"v1\""), RANGE], NOTHING),
        (&[("if-none-match", "\"v2\""), ("if-modified-since", AFTER)], WHOLE),
        (&[("if-modified-since", AT)], NOTHING),
        (&[("if-modified-since", AFTER)], NOTHING),
        (&[("if-modified-since", BEFORE)], WHOLE),
        (&[("if-modified-since", "yesterday")], WHOLE),
        (&[("if-match", "\"v1\"")], WHOLE),
        (&[("if-match", "*")], WHOLE),
        (&[("if-match", "\"v2\"")], FAILED),
        (&[("if-match", "W/\"v1\"")], FAILED),
        (&[("if-match", "\"v1\""), RANGE], PART),
        (&[("if-match", "\"v1\""), ("if-unmodified-since", BEFORE)], WHOLE),
        (&[("if-unmodified-since", BEFORE)], FAILED),
        (&[("if-unmodified-since", AT)], WHOLE),
    ];
    let app = app();
    for (headers, (status, content_range, body)) in &cases {
        for form in ["stream", "file"] {
            let body = if form == "file" { body.replace("hello report", "file report\n") } else { (*body).to_owned() };
            let body = match (form, *content_range) {
                ("file", Some("bytes 6-11/12")) => "eport\n".to_owned(),
                ("file", Some("bytes 0-0/12")) => "f".to_owned(),
                _ => body,
            };
            let expected = (*status, content_range.map(str::to_owned), body);
            assert_eq!(ask(&app, "GET", form, headers).await, expected, "{form} {headers:?}");
        }
    }
}

#[start_runtime::test]
async fn a_head_request_opens_no_stream_and_has_the_length() {
    let app = app();
    for form in ["bytes", "stream", "plain"] {
        let before = OPENED.load(Ordering::Relaxed);
        let head = app.head(format!("/dm/{form}")).header("range", "bytes=6-").await;
        assert_eq!((head.status().as_u16(), head.header("content-length")), (200, Some("12")), "{form}");
        assert_eq!(head.text().await.unwrap(), "");
        if form == "plain" {
            assert_eq!(OPENED.load(Ordering::Relaxed), before);
        }
    }
}

#[start_runtime::test]
async fn bytes_have_an_etag_that_is_theirs() {
    let app = app();
    let first = app.get("/dm/bytes").await;
    let tag = first.header("etag").unwrap().to_owned();
    assert!(tag.starts_with("\"c-") && tag.len() > 30, "{tag}");
    assert_eq!(app.get("/dm/bytes").await.header("etag"), Some(&*tag));
    assert_ne!(app.get("/dm/empty").await.header("etag"), Some(&*tag));
    let again = app.get("/dm/bytes").header("if-none-match", &tag).await;
    assert_eq!((again.status().as_u16(), again.header("etag")), (304, Some(&*tag)));
    let part = app.get("/dm/bytes").header("range", "bytes=0-4").header("if-range", &tag).await;
    assert_eq!((part.status().as_u16(), part.header("content-length")), (206, Some("5")));
    assert_eq!(part.text().await.unwrap(), "hello");
    for (form, etag) in [("weak", "W/\"v1\""), ("quoted", "\"v1\""), ("stream", "\"v1\""), ("file", "\"v1\"")] {
        assert_eq!(app.get(format!("/dm/{form}")).await.header("etag"), Some(etag), "{form}");
    }
    assert_eq!(app.get("/dm/dated").await.header("last-modified"), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
    assert_eq!(app.get("/dm/bad").await.status(), 500);
}

#[start_runtime::test]
async fn what_has_no_validators_is_never_gone_on_with_by_mistake() {
    let app = app();
    assert_eq!(ask(&app, "GET", "plain", &[("range", "bytes=6-")]).await.2, "report");
    assert_eq!(ask(&app, "GET", "plain", &[("range", "bytes=6-"), ("if-range", "\"v1\"")]).await.2, TEXT);
    assert_eq!(ask(&app, "GET", "weak", &[("range", "bytes=6-"), ("if-range", "W/\"v1\"")]).await.2, TEXT);
    assert_eq!(ask(&app, "GET", "plain", &[("if-modified-since", "Sun, 06 Nov 1994 08:49:37 GMT")]).await.2, TEXT);
    assert_eq!(
        ask(&app, "GET", "empty", &[("range", "bytes=0-")]).await,
        (416, Some("bytes */0".into()), String::new())
    );
    assert_eq!(ask(&app, "GET", "empty", &[]).await, (200, None, String::new()));
}

#[start_runtime::test]
async fn type_and_name_are_told_as_for_files() {
    let app = app();
    let cases = [
        ("bytes", "text/plain; charset=utf-8", "attachment; filename=\"a.txt\""),
        ("plain", "application/octet-stream", "attachment; filename=\"download\""),
        ("shown", "image/svg+xml", "inline; filename=\"x.svg\""),
        ("typed", "text/csv", "attachment; filename=\"download\""),
    ];
    for (form, content_type, disposition) in cases {
        let answer = app.get(format!("/dm/{form}")).await;
        assert_eq!(answer.header("content-type"), Some(content_type), "{form}");
        assert_eq!(answer.header("content-disposition"), Some(disposition), "{form}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{form}");
        assert_eq!(answer.header("accept-ranges"), Some("bytes"), "{form}");
    }
}

#[start_runtime::test]
async fn a_part_is_not_compressed() {
    let app = app_with(Start::new().wrap(Compress::default));
    let part = app.get("/dm/bytes").header("range", "bytes=6-").header("accept-encoding", "gzip").await;
    assert_eq!((part.status().as_u16(), part.text().await.unwrap()), (206, "report".to_owned()));
}
