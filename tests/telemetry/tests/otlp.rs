//! The recipe of the guide, with a test in place of the collector: everything that is exported arrives.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use start_runtime::opentelemetry::global;
use start_runtime::prelude::*;
use start_runtime::test;

#[api_route("/owlery/[owl]")]
async fn GET(owl: String) -> String {
    owl
}

/// Receives one request as OTLP over HTTP. Returns its first line and its body.
fn collector() -> (String, thread::JoinHandle<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1/traces", listener.local_addr().unwrap());
    let taken = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(&stream);
        let (mut first, mut length) = (String::new(), 0);
        reader.read_line(&mut first).unwrap();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            match line.trim_end().to_lowercase().split_once(": ") {
                Some(("content-length", value)) => length = value.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        (&stream).write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
        (first, body)
    });
    (url, taken)
}

#[start_runtime::test]
async fn spans_arrive_at_a_collector() {
    let (url, taken) = collector();
    let exporter = SpanExporter::builder().with_http().with_endpoint(url).build().unwrap();
    let provider = SdkTracerProvider::builder()
        .with_resource(Resource::builder().with_service_name("owlery").build())
        .with_batch_exporter(exporter)
        .build();
    global::set_text_map_propagator(TraceContextPropagator::new());
    global::set_tracer_provider(provider.clone());
    assert_eq!(test::app().get("/owlery/errol").await.status(), 200);
    provider.shutdown().unwrap();
    let (first, body) = taken.join().unwrap();
    assert_eq!(first.trim_end(), "POST /v1/traces HTTP/1.1");
    let body = String::from_utf8_lossy(&body);
    assert!(["GET /owlery/[owl]", "/owlery/errol", "service.name", "owlery"].iter().all(|text| body.contains(text)));
    // After the provider has shut down, requests are answered as before.
    assert_eq!(test::app().get("/owlery/pig").await.status(), 200);
}
