//! Files as answers: pages and downloads, their types, ranges and validators.

use std::path::PathBuf;

use actix_web::http::header::HeaderValue;
use actix_web::middleware::Compress;
use start_runtime::Download;
use start_runtime::prelude::*;
use start_runtime::test::{TestApp, app_with};

/// A folder of files in cargo's folder for tests, by the name of the test.
fn folder(test: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("static-{test}"));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, content) in files {
        std::fs::write(folder.join(name), content).unwrap();
    }
    folder
}

fn app(test: &str, files: &[(&str, &[u8])]) -> TestApp {
    app_with(Start::new().pages(folder(test, files)))
}

/// The same files as downloads.
#[api_route(GET, "/static/[test]/[name]")]
async fn download(test: String, name: String) -> Result<Download, Problem> {
    Download::inside(folder(&test, &[]), name).await
}

#[start_runtime::test]
async fn text_has_a_charset_and_no_type_is_guessed() {
    let types = [
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.html", "text/html; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.csv", "text/csv; charset=utf-8"),
        ("a.md", "text/markdown; charset=utf-8"),
        ("a.xml", "text/xml; charset=utf-8"),
        ("a.vtt", "text/vtt; charset=utf-8"),
        ("a.ics", "text/calendar; charset=utf-8"),
        ("a.yaml", "text/x-yaml; charset=utf-8"),
        ("a.yml", "text/x-yaml; charset=utf-8"),
        ("a.toml", "text/x-toml; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.mjs", "application/javascript; charset=utf-8"),
        ("a.rss", "application/rss+xml; charset=utf-8"),
        ("a.xhtml", "application/xhtml+xml; charset=utf-8"),
        ("a.sh", "application/x-sh; charset=utf-8"),
        ("a.map", "text/plain; charset=utf-8"),
        ("a.json", "application/json"),
        ("a.webmanifest", "application/manifest+json"),
        ("a.svg", "image/svg+xml"),
        ("a.png", "image/png"),
        ("a.wasm", "application/wasm"),
        ("a.pdf", "application/pdf"),
        ("a.unknown", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ];
    let app = app("types", &types.map(|(name, _)| (name, &b"x"[..])));
    for (name, content_type) in types {
        for path in [format!("/{name}"), format!("/static/types/{name}")] {
            for request in [app.get(&path), app.head(&path), app.get(&path).header("range", "bytes=0-0")] {
                let answer = request.await;
                assert_eq!(answer.header("content-type"), Some(content_type), "{path}");
                assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
            }
        }
    }
}

#[core::prelude::v1::test]
fn ranges_that_are_malformed_are_ignored_and_others_are_clamped() {
    folder("ranges", &[("a.bin", b"0123456789ab")]);
    // Status, Content-Range and content.
    let cases: [(&[u8], u16, Option<&str>, &str); 22] = [
        (b"bytes=0-3", 206, Some("bytes 0-3/12"), "0123"),
        (b"bytes=10-", 206, Some("bytes 10-11/12"), "ab"),
        (b"bytes=-2", 206, Some("bytes 10-11/12"), "ab"),
        (b"bytes=-99", 206, Some("bytes 0-11/12"), "0123456789ab"),
        (b"Bytes=0-3", 206, Some("bytes 0-3/12"), "0123"),
        (b"bytes=0-18446744073709551615", 206, Some("bytes 0-11/12"), "0123456789ab"),
        (b"bytes=0-18446744073709551616", 206, Some("bytes 0-11/12"), "0123456789ab"),
        (b"bytes=9-99999999999999999999999999", 206, Some("bytes 9-11/12"), "9ab"),
        (b"bytes=-18446744073709551616", 206, Some("bytes 0-11/12"), "0123456789ab"),
        (b"bytes=99-, 0-3", 206, Some("bytes 0-3/12"), "0123"),
        (b"bytes=12-", 416, Some("bytes */12"), ""),
        (b"bytes=18446744073709551616-", 416, Some("bytes */12"), ""),
        (b"bytes=-0", 416, Some("bytes */12"), ""),
        (b"bytes=\xff", 200, None, "0123456789ab"),
        (b"bytes=", 200, None, "0123456789ab"),
        (b"bytes=a-b", 200, None, "0123456789ab"),
        (b"bytes=5-4", 200, None, "0123456789ab"),
        (b"bytes=0-3,5-4", 200, None, "0123456789ab"),
        (b"bytes=7", 200, None, "0123456789ab"),
        (b"bytes", 200, None, "0123456789ab"),
        (b"", 200, None, "0123456789ab"),
        (b"items=0-3", 200, None, "0123456789ab"),
    ];
    let server = crate::wire::Server::start(|| Start::new().pages(folder("ranges", &[])));
    for (range, status, content_range, content) in cases {
        for path in ["/a.bin", "/static/ranges/a.bin"] {
            let mut wire = server.connect();
            let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nrange: ");
            wire.send([head.as_bytes(), range, b"\r\n\r\n"].concat());
            let (head, body) = wire.receive();
            let shown = String::from_utf8_lossy(range);
            assert!(head.starts_with(&format!("http/1.1 {status} ")), "{shown}, {path}: {head}");
            let found = head.lines().find_map(|line| line.strip_prefix("content-range: "));
            assert_eq!((found, String::from_utf8_lossy(&body).as_ref()), (content_range, content), "{shown}, {path}");
        }
    }
}

#[start_runtime::test]
async fn an_empty_file_has_no_range_and_neither_has_head() {
    let app = app("no-ranges", &[("a.bin", b"0123456789ab"), ("empty.bin", b"")]);
    for (path, range, status) in
        [("/empty.bin", "bytes=0-", 416), ("/empty.bin", "bytes=-5", 416), ("/empty.bin", "bytes=x", 200)]
    {
        assert_eq!(app.get(path).header("range", range).await.status().as_u16(), status, "{path} {range}");
    }
    let head = app.head("/a.bin").header("range", "bytes=0-3").await;
    assert_eq!((head.status().as_u16(), head.header("content-length")), (200, Some("12")), "ranges are for GET");
}

#[start_runtime::test]
async fn a_range_holds_for_the_representation_that_the_client_has() {
    let app = app("conditions", &[("a.bin", b"0123456789ab")]);
    let first = app.get("/a.bin").await;
    let (tag, date) = (first.header("etag").unwrap().to_owned(), first.header("last-modified").unwrap().to_owned());
    let weak = format!("W/{tag}");
    // The header, its value, and the status with `bytes=0-3`, with a range behind the file, and with a malformed one.
    let cases = [
        ("if-range", tag.as_str(), [206, 416, 200]),
        ("if-range", "\"other\"", [200, 200, 200]),
        ("if-range", &weak, [200, 200, 200]),
        ("if-range", &date, [206, 416, 200]),
        ("if-range", "Thu, 01 Jan 1970 00:00:00 GMT", [200, 200, 200]),
        ("if-none-match", &tag, [304, 304, 304]),
        ("if-none-match", &weak, [304, 304, 304]),
        ("if-none-match", "\"other\"", [206, 416, 200]),
        ("if-match", &tag, [206, 416, 200]),
        ("if-match", "\"other\"", [412, 412, 412]),
        ("if-modified-since", &date, [304, 304, 304]),
        ("if-unmodified-since", "Thu, 01 Jan 1970 00:00:00 GMT", [412, 412, 412]),
    ];
    for (name, value, statuses) in cases {
        let ranges = ["bytes=0-3", "bytes=0-18446744073709551616", "bytes=12-", "bytes=x"];
        for (range, status) in ranges.into_iter().zip([statuses[0], statuses[0], statuses[1], statuses[2]]) {
            let answer = app.get("/a.bin").header("range", range).header(name, value).await;
            assert_eq!(answer.status().as_u16(), status, "{name}: {value}, {range}");
        }
    }
}

#[api_route(GET, "/static/tagged/[encoding]")]
async fn tagged(encoding: String) -> start_runtime::Response {
    let answer = start_runtime::Response::new("x".repeat(5000)).header("etag", "\"one\"");
    if encoding == "gzip" { answer.header("content-encoding", "gzip") } else { answer }
}

#[start_runtime::test]
async fn one_strong_etag_never_stands_for_two_codings() {
    let files: [(&str, &[u8]); 1] = [("a.txt", &[b'x'; 5000])];
    let app = app_with(Start::new().pages(folder("etags", &files)).wrap(Compress::default));
    for path in ["/a.txt", "/static/etags/a.txt", "/static/tagged/none"] {
        let plain = app.get(path).await;
        let tag = plain.header("etag").unwrap().to_owned();
        assert!(tag.starts_with('"') && plain.header("content-encoding").is_none(), "{path}: {tag}");
        let gzip = app.get(path).header("accept-encoding", "gzip").await;
        let weak = format!("W/{tag}");
        assert_eq!((gzip.header("content-encoding"), gzip.header("etag")), (Some("gzip"), Some(&*weak)), "{path}");
        if path == "/static/tagged/none" {
            continue;
        }
        for (known, expected) in [(&weak, &weak), (&tag, &tag)] {
            let again = app.get(path).header("accept-encoding", "gzip").header("if-none-match", known).await;
            assert_eq!((again.status().as_u16(), again.header("etag")), (304, Some(&**expected)), "{path}");
        }
        // A part is never compressed, and a weak validator does not continue a strong one.
        let part = app.get(path).header("accept-encoding", "gzip").header("range", "bytes=0-9").await;
        assert_eq!((part.status().as_u16(), part.header("content-encoding")), (206, None), "{path}");
        let part = app.get(path).header("range", "bytes=0-9").header("if-range", &weak).await;
        assert_eq!(part.status(), 200, "{path}");
    }
    let own = app.get("/static/tagged/gzip").header("accept-encoding", "gzip").await;
    assert_eq!(own.header("etag"), Some("\"one\""), "the handler knows which bytes it tags");
    assert_eq!(own.headers().get("content-encoding"), Some(&HeaderValue::from_static("gzip")));
}
