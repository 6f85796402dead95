//! Downloads: files from disk, streams of known length, and the names that they are saved under.

use std::io::Read as _;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use actix_web::web::Bytes;
use futures_core::Stream;
use start_runtime::prelude::*;
use start_runtime::test::app;
use start_runtime::{Download, Response};

use crate::wire::{Server, eventually};

const SITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/site");

#[api_route(GET, "/d/report")]
async fn report() -> Result<Download, Problem> {
    Ok(Download::open(format!("{SITE}/p/plain.txt")).await?.file_name("Größe 1.txt"))
}

#[api_route(GET, "/d/shown")]
async fn shown() -> Result<Download, Problem> {
    Ok(Download::open(format!("{SITE}/style.css")).await?.inline().content_type("text/plain"))
}

#[api_route(GET, "/d/missing")]
async fn missing() -> Result<Download, Problem> {
    Download::open(format!("{SITE}/p")).await
}

#[api_route(GET, "/d/files/[...path]")]
async fn files(path: String) -> Result<Download, Problem> {
    Download::inside(SITE, path).await
}

/// Pieces of 64 KiB.
struct Pieces(usize);

impl Stream for Pieces {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.0 == 0 {
            return Poll::Ready(None);
        }
        self.0 -= 1;
        Poll::Ready(Some(Ok(Bytes::from_static(&[b'x'; 65_536]))))
    }
}

/// How many streams are being sent now.
static ALIVE: AtomicUsize = AtomicUsize::new(0);

impl Drop for Pieces {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

#[api_route(GET, "/d/sized/[length]/[pieces]")]
async fn sized(length: u64, pieces: usize) -> Response {
    ALIVE.fetch_add(1, Ordering::Relaxed);
    Response::sized_stream(length, Pieces(pieces)).attachment("x.bin")
}

#[start_runtime::test]
async fn a_file_is_saved_under_the_name_that_it_is_given() {
    let app = app();
    let report = app.get("/d/report").await;
    assert_eq!(report.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(report.header("content-length"), Some("12"));
    assert_eq!(report.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(
        report.header("content-disposition"),
        Some("attachment; filename=\"Gr__e 1.txt\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%201.txt")
    );
    assert_eq!(report.text().await.unwrap(), "file report\n");
    let shown = app.get("/d/shown").await;
    assert_eq!(shown.header("content-disposition"), Some("inline; filename=\"style.css\""));
    assert_eq!(shown.header("content-type"), Some("text/plain"));
}

#[start_runtime::test]
async fn a_download_can_be_gone_on_with() {
    let app = app();
    let first = app.get("/d/report").await;
    let tag = first.header("etag").unwrap().to_owned();
    let whole = first.text().await.unwrap();
    let part = app.get("/d/report").header("range", "bytes=4-").header("if-range", &tag).await;
    assert_eq!((part.status().as_u16(), part.header("content-range")), (206, Some("bytes 4-11/12")));
    assert_eq!(part.text().await.unwrap(), whole[4..]);
    let changed = app.get("/d/report").header("range", "bytes=4-").header("if-range", "\"other\"").await;
    assert_eq!((changed.status().as_u16(), changed.text().await.unwrap()), (200, whole));
    assert_eq!(app.get("/d/report").header("if-none-match", tag).await.status(), 304);
    assert_eq!(app.get("/d/report").header("range", "bytes=90-").await.status(), 416);
    let head = app.head("/d/report").await;
    assert_eq!((head.status().as_u16(), head.header("content-length")), (200, Some("12")));
    assert_eq!(head.text().await.unwrap(), "");
}

#[start_runtime::test]
async fn a_file_that_is_not_there_is_a_404_without_its_path() {
    for path in ["/d/missing", "/d/files/none.txt", "/d/files/p/plain.txt/x"] {
        let answer = app().get(path).await;
        assert_eq!(answer.status(), 404, "{path}");
        let text = answer.text().await.unwrap();
        assert!(!text.contains("site"), "{text}");
    }
}

#[start_runtime::test]
async fn nothing_outside_of_a_folder_is_downloaded_and_nothing_hidden() {
    let app = app();
    assert_eq!(app.get("/d/files/guide/index.html").await.text().await.unwrap(), "<h1>Guide</h1>\n");
    for path in [
        "/d/files/.hidden",
        "/d/files/..%2fCargo.toml",
        "/d/files/p%2f..%2f..%2fCargo.toml",
        "/d/files/%2fetc%2fpasswd",
        "/d/files/p",
        "/d/files/..%5cCargo.toml",
        "/d/files/p%00",
        "/d/files/p%2f.%2fplain.txt%2f..",
    ] {
        let status = app.get(path).await.status().as_u16();
        assert!(status == 404 || status == 400, "{path}: {status}");
    }
    #[cfg(unix)]
    {
        let folder = std::env::temp_dir().join(format!("start-behaviour-{}-links", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", folder.join("link")).unwrap();
        std::fs::write(folder.join("file"), "x").unwrap();
        let (link, file) = (Download::inside(&folder, "link").await, Download::inside(&folder, "file").await);
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(link.unwrap_err().status(), 404);
        assert_eq!(file.unwrap().size(), 1);
    }
}

#[core::prelude::v1::test]
fn a_stream_of_known_length_says_so_and_a_short_one_ends_the_connection() {
    let server = Server::start(Start::new);
    let mut wire = server.connect();
    wire.send("GET /d/sized/131072/2 HTTP/1.1\r\nhost: x\r\n\r\n");
    let (head, body) = wire.receive();
    assert!(head.contains("content-length: 131072\r\n") && head.contains("filename=\"x.bin\""), "{head}");
    assert_eq!(body.len(), 131_072);
    wire.send("GET /d/sized/131072/1 HTTP/1.1\r\nhost: x\r\n\r\n");
    let mut all = Vec::new();
    // A reset counts as an end as well.
    let _ = wire.stream.read_to_end(&mut all);
    assert!(all.len() < 131_072 && all.starts_with(b"HTTP/1.1 200"), "{}", all.len());
}

#[core::prelude::v1::test]
fn a_stream_whose_client_hung_up_is_dropped() {
    let server = Server::start(Start::new);
    let mut wire = server.connect();
    wire.send("GET /d/sized/6553600000/100000 HTTP/1.1\r\nhost: x\r\n\r\n");
    let mut some = [0; 100_000];
    wire.stream.read_exact(&mut some).unwrap();
    assert!(ALIVE.load(Ordering::Relaxed) > 0);
    drop(wire);
    eventually("the stream is dropped", || ALIVE.load(Ordering::Relaxed) == 0);
}
