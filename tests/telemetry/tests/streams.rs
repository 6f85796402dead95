//! Responses that are sent piece by piece are watched to their end.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::OnceLock;
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::stream::{self, StreamExt as _};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use start_runtime::opentelemetry::global;
use start_runtime::opentelemetry::trace::Status;
use start_runtime::prelude::*;
use start_runtime::test::{self, TestApp};
use start_runtime::{Request, Response};

const PIECES: [&str; 3] = ["a", "b", "c"];

/// Fetches each piece while the response is being sent.
#[api_route("/pieces/[kind]")]
async fn GET(event: APIEvent) -> Response {
    Response::stream(stream::iter(PIECES).then(move |piece| {
        let event = event.clone();
        async move {
            let fetched = event.fetch(format!("/piece/{piece}")).await.map_err(io::Error::other)?;
            fetched.bytes().await.map_err(io::Error::other)
        }
    }))
}

#[api_route(GET, "/piece/[name]")]
async fn piece(name: String) -> String {
    name
}

#[api_route(GET, "/breaking-off")]
async fn breaking_off() -> Response {
    Response::stream(stream::iter([Ok(Bytes::from_static(b"a")), Err(io::Error::other("no more"))]))
}

#[api_route(GET, "/endless")]
async fn endless() -> Response {
    Response::stream(stream::repeat_with(|| Ok::<_, io::Error>(Bytes::from_static(&[b'.'; 1024]))))
}

/// Reads a stream to its end.
#[api_route(GET, "/reading")]
async fn reading(event: APIEvent) -> Result<String, Problem> {
    Ok(event.fetch(Request::get("/pieces/inside")).await?.text().await?)
}

fn exporter() -> &'static InMemorySpanExporter {
    static EXPORTER: OnceLock<InMemorySpanExporter> = OnceLock::new();
    EXPORTER.get_or_init(|| {
        let exporter = InMemorySpanExporter::default();
        global::set_tracer_provider(SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build());
        exporter
    })
}

/// The spans of this path that have ended.
fn of_path(path: &str) -> Vec<SpanData> {
    let is_here = |span: &SpanData| {
        span.attributes.iter().any(|attribute| attribute.key.as_str() == "url.path" && attribute.value.as_str() == path)
    };
    exporter().get_finished_spans().unwrap().into_iter().filter(is_here).collect()
}

fn app() -> TestApp {
    exporter();
    test::app_with(Start::new().metrics("/metrics"))
}

/// How many requests of this route have been answered.
async fn count(app: &TestApp, route: &str) -> u64 {
    let text = app.get("/metrics").await.text().await.unwrap();
    let mut lines = text.lines().filter(|line| {
        line.starts_with("http_server_request_duration_seconds_count")
            && line.contains(&format!("http_route=\"{route}\""))
    });
    lines.next().map_or(0, |line| line.rsplit_once(' ').unwrap().1.parse().unwrap())
}

#[start_runtime::test]
async fn a_stream_ends_with_its_last_piece_and_makes_its_pieces_in_its_span() {
    let app = app();
    let answer = app.get("/pieces/outside").await;
    assert_eq!(answer.status(), 200);
    assert_eq!((count(&app, "/pieces/[kind]").await, of_path("/pieces/outside").len()), (0, 0));
    assert_eq!(answer.text().await.unwrap(), "abc");
    assert_eq!(count(&app, "/pieces/[kind]").await, 1);
    let stream = of_path("/pieces/outside").remove(0);
    assert_eq!(stream.status, Status::Unset);
    for piece in PIECES {
        let fetched = of_path(&format!("/piece/{piece}"));
        assert!(fetched.iter().any(|span| span.parent_span_id == stream.span_context.span_id()), "{fetched:?}");
    }

    // The same inside another request.
    assert_eq!(app.get("/reading").await.text().await.unwrap(), "abc");
    let (outer, inner) = (of_path("/reading").remove(0), of_path("/pieces/inside").remove(0));
    assert_eq!(inner.parent_span_id, outer.span_context.span_id());
    assert!(inner.end_time <= outer.end_time);
}

#[start_runtime::test]
async fn a_stream_that_breaks_off_is_an_error_of_the_program() {
    let app = app();
    let answer = app.get("/breaking-off").await;
    assert_eq!(answer.status(), 200);
    assert!(answer.text().await.is_err());
    assert_eq!(count(&app, "/breaking-off").await, 1);
    let span = of_path("/breaking-off").remove(0);
    assert!(matches!(span.status, Status::Error { .. }));
    let has = |key: &str, value: &str| {
        span.attributes.iter().any(|attribute| attribute.key.as_str() == key && attribute.value.as_str() == value)
    };
    assert!(has("error.type", "broken_off") && has("http.response.status_code", "200"), "{span:?}");
}

/// Reads the head of an endless response, then hangs up.
fn hang_up(address: SocketAddr) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /endless HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
}

#[start_runtime::test]
async fn a_client_that_hangs_up_in_a_stream_ends_it() {
    let app = app();
    let listening = Start::new().metrics("/metrics").workers(1).listen(([127, 0, 0, 1], 0).into()).await.unwrap();
    let (address, handle) = (listening.addresses[0], listening.server.handle());
    let server = actix_web::rt::spawn(listening.server);
    actix_web::rt::task::spawn_blocking(move || hang_up(address)).await.unwrap();
    // Both are told by the worker's thread, one after the other.
    for _ in 0..200 {
        if count(&app, "/endless").await == 1 && !of_path("/endless").is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!((count(&app, "/endless").await, of_path("/endless").len()), (1, 1));
    assert_eq!(of_path("/endless")[0].status, Status::Unset, "the client's decision");
    handle.stop(false).await;
    server.await.unwrap().unwrap();
}
