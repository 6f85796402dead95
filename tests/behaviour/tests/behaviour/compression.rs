//! Compressed answers: what is compressed, with what, and what never is.

use std::io::Read as _;

use actix_web::web::Bytes;
use flate2::read::GzDecoder;
use start_runtime::actix_web::http::Method;
use start_runtime::actix_web::http::header::HeaderMap;
use start_runtime::test::{TestApp, TestRequest, app, app_with};
use start_runtime::{Coding, Compression, Download, Response, prelude::*};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn text() -> String {
    (0..5000).map(|line| format!("line {line:06}\n")).collect()
}

#[api_route(GET, "/cz/[what]", responses(206 = "A part", 304 = "Not changed", 503 = "Away", 204 = "Nothing"))]
async fn get(what: String) -> Result<Response, Problem> {
    let response = match what.as_str() {
        "text" => Response::new(text()),
        "json" => Response::json(vec!["owl"; 1000]),
        "svg" => Response::new("<g/>".repeat(1000)).content_type("image/svg+xml"),
        "tagged" => Response::new(text()).header("etag", "\"v1\""),
        "small" => Response::json("owl"),
        "png" => Response::new([PNG, &[0; 20_000]].concat()).content_type("image/png"),
        "untyped" => Response::new(vec![0; 20_000]),
        "events" => Response::new("data: 1\n\n".repeat(1000)).content_type("text/event-stream"),
        "kept" => Response::new(text()).header("cache-control", "public, No-Transform"),
        "own" => Response::new(text()).header("content-encoding", "gzip"),
        "plain" => Response::new(text()).header("content-encoding", "identity"),
        "random" => Response::new(noise()),
        "stream" => Response::stream(Once(Some(text().into()))).content_type("text/plain"),
        "varied" => Response::new(text()).header("vary", "Cookie, accept-encoding"),
        "away" => Response::new(text()).status(503),
        "nothing" => Response::empty().status(204),
        _ => return Err(Problem::not_found("x".repeat(3000))),
    };
    Ok(response)
}

#[api_route(GET, "/cz/file")]
async fn file() -> Download {
    Download::bytes(text()).content_type("text/plain").etag("v1")
}

/// Text that no coding makes smaller.
fn noise() -> String {
    let mut state = 1_u64;
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from_u32(0x4e00 + (state >> 33) as u32 % 20_000).expect("a sign")
    };
    (0..700).map(next).collect()
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

fn compressing() -> TestApp {
    app_with(Start::new().compress(Compression::new()))
}

/// An answer with its body.
struct Seen {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Seen {
    async fn of(request: TestRequest) -> Self {
        let answer = request.await;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Self { status, headers, body: answer.bytes().await.expect("a body") }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

async fn plain(app: &TestApp, path: &str) -> Seen {
    Seen::of(app.get(path)).await
}

async fn ask(app: &TestApp, path: &str, accept: &str) -> Seen {
    Seen::of(app.get(path).header("accept-encoding", accept)).await
}

fn unpacked(coding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match coding {
        "gzip" => GzDecoder::new(bytes).read_to_end(&mut plain).map(drop),
        "br" => brotli::BrotliDecompress(&mut &*bytes, &mut plain),
        "zstd" => zstd::stream::copy_decode(bytes, &mut plain),
        other => panic!("{other}"),
    }
    .expect("a body in its coding");
    plain
}

#[start_runtime::test]
async fn a_body_comes_in_the_coding_that_the_client_prefers() {
    let app = compressing();
    for (accept, coding) in [
        ("gzip", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("GZIP;q=0.1", "gzip"),
        ("gzip;q=0.4, br;q=0.5, zstd;q=0.3", "br"),
        ("zstd;q=0, br;q=0, *", "gzip"),
        ("identity;q=0, gzip", "gzip"),
        ("deflate, gzip", "gzip"),
    ] {
        for path in ["/cz/text", "/cz/json", "/cz/svg", "/cz/away", "/cz/missing"] {
            let plain = plain(&app, path).await;
            let packed = ask(&app, path, accept).await;
            assert_eq!(packed.status, plain.status, "{accept} {path}");
            assert_eq!(packed.header("content-encoding"), Some(coding), "{accept} {path}");
            assert_eq!(packed.header("vary"), Some("Accept-Encoding"), "{accept} {path}");
            assert_eq!(packed.header("content-type"), plain.header("content-type"), "{accept} {path}");
            assert!(packed.body.len() * 2 < plain.body.len(), "{accept} {path}");
            assert_eq!(unpacked(coding, &packed.body), plain.body, "{accept} {path}");
        }
    }
}

#[start_runtime::test]
async fn a_client_that_wants_no_coding_gets_none() {
    let app = compressing();
    for accept in
        ["", "deflate", "identity", "gzip;q=0", "*;q=0", "identity, gzip;q=0.5", "gzip;q=x", ";;", "identity;q=0"]
    {
        let answer = ask(&app, "/cz/text", accept).await;
        assert_eq!(answer.header("content-encoding"), None, "{accept}");
        assert_eq!(answer.header("vary"), Some("Accept-Encoding"), "{accept}");
        assert_eq!(answer.body, text().as_bytes(), "{accept}");
    }
}

#[start_runtime::test]
async fn what_would_not_be_smaller_or_must_stay_is_sent_as_it_is() {
    let app = compressing();
    for (what, encoding, vary) in [
        ("small", None, "Accept-Encoding"),
        ("png", None, "Accept-Encoding"),
        ("untyped", None, "Accept-Encoding"),
        ("events", None, "Accept-Encoding"),
        ("kept", None, "Accept-Encoding"),
        ("own", Some("gzip"), "Accept-Encoding"),
        ("plain", Some("identity"), "Accept-Encoding"),
        ("stream", None, "Accept-Encoding"),
        ("nothing", None, "Accept-Encoding"),
    ] {
        let path = format!("/cz/{what}");
        let (plain, asked) = (plain(&app, &path).await, ask(&app, &path, "gzip, br, zstd").await);
        assert_eq!(asked.header("content-encoding"), encoding, "{what}");
        assert_eq!(asked.header("vary"), Some(vary), "{what}");
        assert_eq!(asked.body, plain.body, "{what}");
    }
    // Every coding can do something with text that is UTF-8, but zstd least.
    let noise = ask(&app, "/cz/random", "zstd").await;
    assert!(noise.body.len() <= self::noise().len());
    let varied = ask(&app, "/cz/varied", "gzip").await;
    assert_eq!(varied.header("vary"), Some("Cookie, accept-encoding"));
}

#[start_runtime::test]
async fn head_has_the_headers_of_get() {
    let app = compressing();
    for path in ["/cz/text", "/cz/tagged", "/cz/small", "/cz/stream", "/cz/file", "/cz/missing"] {
        let get = ask(&app, path, "gzip").await;
        let head = Seen::of(app.request(Method::HEAD, path).header("accept-encoding", "gzip")).await;
        assert_eq!(head.status, get.status, "{path}");
        assert!(head.body.is_empty(), "{path}");
        for name in ["content-encoding", "content-type", "etag", "vary", "content-length"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
}

#[start_runtime::test]
async fn ranges_are_of_the_plain_bytes() {
    let app = compressing();
    let ranged = |range| Seen::of(app.get("/cz/file").header("accept-encoding", "gzip").header("range", range));
    let part = ranged("bytes=5-10").await;
    assert_eq!((part.status, &*part.body), (206, &b"000000"[..]));
    assert_eq!(part.header("content-encoding"), None);
    let beyond = ranged("bytes=60000-").await;
    assert_eq!((beyond.status, beyond.header("content-range")), (416, Some("bytes */60000")));
    let whole = app.get("/cz/file").header("accept-encoding", "gzip").await;
    assert_eq!((whole.header("content-encoding"), whole.header("etag")), (Some("gzip"), Some("W/\"v1\"")));
    for tag in ["\"v2\"", "W/\"v1\""] {
        let request = app.get("/cz/file").header("range", "bytes=0-4").header("if-range", tag);
        let whole = request.header("accept-encoding", "gzip").await;
        assert_eq!((whole.status().as_u16(), whole.header("content-encoding")), (200, Some("gzip")), "{tag}");
    }
}

#[start_runtime::test]
async fn the_etag_of_a_compressed_answer_is_weak_and_known_again() {
    let app = compressing();
    let packed = ask(&app, "/cz/tagged", "gzip").await;
    assert_eq!(packed.header("etag"), Some("W/\"v1\""));
    assert_eq!(app.get("/cz/tagged").await.header("etag"), Some("\"v1\""));
    let known = app.get("/cz/file").header("accept-encoding", "gzip").header("if-none-match", "W/\"v1\"").await;
    assert_eq!((known.status().as_u16(), known.header("etag")), (304, Some("W/\"v1\"")));
    assert_eq!(known.header("vary"), Some("Accept-Encoding"));
    let weak = app.get("/cz/file").header("if-match", "W/\"v1\"").await;
    assert_eq!(weak.status(), 412);
}

#[start_runtime::test]
async fn the_program_says_what_is_compressed() {
    let only = app_with(Start::new().compress(Compression::new().codings([Coding::Gzip]).min_size(1)));
    let answer = ask(&only, "/cz/text", "br, zstd, gzip;q=0.1").await;
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    // Packed, it would be longer.
    assert_eq!(ask(&only, "/cz/small", "gzip").await.header("content-encoding"), None);
    let none = ask(&app(), "/cz/text", "gzip").await;
    assert_eq!((none.header("content-encoding"), none.header("vary")), (None, None));
}
