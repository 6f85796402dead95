//! Spans by `tracing`, with the layers of the guide, over a socket, where Start's own log has a span as well.

use std::io::{self, Read as _, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use start_runtime::opentelemetry::global;
use start_runtime::prelude::*;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

#[api_route("/owlery/[owl]/feed")]
async fn GET(owl: String) -> String {
    feed(&owl).await
}

#[tracing::instrument]
async fn feed(owl: &str) -> String {
    tokio::task::yield_now().await;
    tracing::info!("{owl} eats");
    format!("{owl} is content")
}

/// The log so far.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[start_runtime::test]
async fn spans_by_tracing_are_below_that_of_the_request() {
    let exporter = InMemorySpanExporter::default();
    global::set_tracer_provider(SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build());
    global::set_text_map_propagator(TraceContextPropagator::new());
    let exported =
        Targets::new().with_default(LevelFilter::INFO).with_target("start_runtime::access", LevelFilter::OFF);
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || writer.clone());
    tracing_subscriber::registry()
        .with(lines.with_filter(LevelFilter::INFO))
        .with(tracing_opentelemetry::layer().with_tracer(global::tracer("owlery")).with_filter(exported))
        .init();
    let listening = Start::new().workers(1).listen(([127, 0, 0, 1], 0).into()).await.unwrap();
    let (address, handle) = (listening.addresses[0], listening.server.handle());
    let server = actix_web::rt::spawn(listening.server);
    let exchange = actix_web::rt::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET /owlery/errol/feed HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    assert!(exchange.await.unwrap().ends_with("errol is content"));
    handle.stop(true).await;
    server.await.unwrap().unwrap();
    let spans = exporter.get_finished_spans().unwrap();
    let names: Vec<&str> = spans.iter().map(|span| &*span.name).collect();
    assert_eq!(names, ["feed", "GET /owlery/[owl]/feed"], "in the order of their ends");
    let [feed, request] = &*spans else { unreachable!() };
    assert_eq!(feed.parent_span_id, request.span_context.span_id());
    assert_eq!(feed.span_context.trace_id(), request.span_context.trace_id());
    assert_eq!(feed.events.len(), 1);
    // Every line about the request names the trace.
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let trace = format!("trace_id=\"{}\"", request.span_context.trace_id());
    for text in ["errol eats", "GET /owlery/errol/feed 200"] {
        assert!(log.lines().any(|line| line.contains(text) && line.contains(&trace)), "{text}: {log}");
    }
}
