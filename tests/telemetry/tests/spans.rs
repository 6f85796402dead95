//! The spans of requests, as an exporter receives them. Tests run in parallel with one provider: each finds its spans
//! by a trace of its own, or by a path of its own.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::OnceLock;
use std::time::Duration;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::ErrorUnauthorized;
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use futures_util::FutureExt as _;
use futures_util::future::{join_all, select};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use start_runtime::opentelemetry::trace::{
    FutureExt as _, SpanId, SpanKind, Status, TraceContextExt as _, TraceId, Tracer as _,
};
use start_runtime::opentelemetry::{Context, global};
use start_runtime::prelude::*;
use start_runtime::test::{self, TestApp};
use start_runtime::{Request, serde_json};

#[api_route("/api/[house]/students/year-[year]")]
async fn GET(house: String, year: u16) -> String {
    format!("{house} {year}")
}

#[api_route("/failing/[how]")]
mod failing {
    use super::*;

    async fn GET(how: String) -> Result<String, Problem> {
        match how.as_str() {
            "panic" => panic!("on purpose"),
            "problem" => Err(Problem::internal("on purpose")),
            "unavailable" => Err(Problem::new(503)),
            _ => Err(Problem::forbidden("on purpose")),
        }
    }

    async fn POST() {}
}

#[api_route("/brewing/[what]")]
mod brewing {
    async fn ANY(what: String) -> String {
        what
    }
}

#[api_route("/renamed/[what]")]
mod renamed {
    use super::*;

    async fn GET(what: String) -> String {
        Context::current().span().update_name(format!("a name for {what}"));
        what
    }
}

/// Returns the current span, between many awaits.
#[api_route("/interleaved/[number]")]
mod interleaved {
    use super::*;

    async fn GET(number: u64) -> String {
        let mut seen = vec![current()];
        for step in 0..10 {
            tokio::time::sleep(Duration::from_millis((number + step) % 3)).await;
            seen.push(current());
            global::tracer("test").in_span(format!("step of {number}"), |_| {});
        }
        assert!(seen.iter().all(|span| *span == seen[0]), "{seen:?}");
        seen.swap_remove(0)
    }
}

/// What a fetched route receives: the headers of its trace, and its own span.
#[api_route("/seen/[by]")]
mod seen {
    use super::*;

    async fn GET(event: APIEvent) -> Json<Vec<Option<String>>> {
        let header = |name| event.request.header(name).map(str::to_owned);
        Json(vec![header("traceparent"), header("tracestate"), header("baggage"), Some(current())])
    }
}

#[api_route("/fetching/[how]")]
mod fetching {
    use super::*;

    async fn GET(event: APIEvent, how: String) -> Result<Json<Vec<Option<String>>>, Problem> {
        let path = format!("/seen/{how}");
        let answer = match how.as_str() {
            "inside-a-span" => {
                let span = global::tracer("test").start("around");
                event.fetch(&path).into_future().with_context(Context::current_with_span(span)).await?
            }
            "from-a-task" => {
                // The context of a thread does not follow into a task.
                let task = actix_web::rt::spawn(async move { event.fetch(&path).await });
                task.await.map_err(|error| Problem::internal(error.to_string()))??
            }
            "by-itself" => event.fetch(Request::get(&path).header("traceparent", OTHER_PARENT)).await?,
            "nonsense" => event.fetch(Request::get(&path).header("traceparent", "nonsense")).await?,
            _ => event.fetch(&path).await?,
        };
        Ok(Json(answer.json().await?))
    }
}

#[api_route("/slow/[seconds]")]
mod slow {
    use super::*;

    async fn GET(seconds: u64) -> &'static str {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        "done"
    }
}

const OTHER_PARENT: &str = "00-0123456789abcdef0123456789abcdef-fedcba9876543210-01";

/// `trace-span` of the current span; all zeros if there is none.
fn current() -> String {
    let context = Context::current();
    let span = context.span().span_context().clone();
    format!("{}-{}", span.trace_id(), span.span_id())
}

fn exporter() -> &'static InMemorySpanExporter {
    static EXPORTER: OnceLock<InMemorySpanExporter> = OnceLock::new();
    EXPORTER.get_or_init(|| {
        let exporter = InMemorySpanExporter::default();
        global::set_tracer_provider(SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build());
        global::set_text_map_propagator(TraceContextPropagator::new());
        exporter
    })
}

fn app() -> TestApp {
    exporter();
    test::app()
}

/// A trace that a client has begun: the headers that it sends, and a way to find its spans.
struct Trace(u128);

const PARENT: &str = "00f067aa0ba902b7";

impl Trace {
    fn header(&self, flags: &str) -> String {
        format!("00-{:032x}-{PARENT}-{flags}", self.0)
    }

    /// The spans that have ended, in the order in which they ended.
    fn spans(&self) -> Vec<SpanData> {
        let all = exporter().get_finished_spans().unwrap();
        all.into_iter().filter(|span| span.span_context.trace_id() == TraceId::from(self.0)).collect()
    }

    fn span(&self) -> SpanData {
        let mut spans = self.spans();
        assert_eq!(spans.len(), 1, "{spans:?}");
        spans.remove(0)
    }
}

fn attribute(span: &SpanData, key: &str) -> String {
    let found = span.attributes.iter().find(|attribute| attribute.key.as_str() == key);
    found.map(|attribute| attribute.value.to_string()).unwrap_or_default()
}

fn of_path(path: &str) -> Vec<SpanData> {
    let all = exporter().get_finished_spans().unwrap();
    all.into_iter().filter(|span| attribute(span, "url.path") == path).collect()
}

#[start_runtime::test]
async fn a_request_is_a_server_span_below_the_one_of_the_client() {
    let trace = Trace(0xa1);
    let request = app().get("/api/gryffindor/students/year-3?secret=alohomora").header("host", "hogwarts.example:8080");
    let request = request.header("user-agent", "owl/1.0").header("tracestate", "vendor=1");
    assert_eq!(request.header("traceparent", trace.header("01")).await.status(), 200);
    let span = trace.span();
    assert_eq!(span.name, "GET /api/[house]/students/year-[year]");
    assert_eq!(span.span_kind, SpanKind::Server);
    assert_eq!((span.parent_span_id, span.parent_span_is_remote), (SpanId::from_hex(PARENT).unwrap(), true));
    assert_eq!(span.span_context.trace_state().get("vendor"), Some("1"));
    assert_eq!(span.instrumentation_scope.name(), "start_runtime");
    let cases = [
        ("http.request.method", "GET"),
        ("http.request.method_original", ""),
        ("http.route", "/api/[house]/students/year-[year]"),
        ("http.response.status_code", "200"),
        ("url.path", "/api/gryffindor/students/year-3"),
        ("url.query", ""),
        ("url.scheme", "http"),
        ("server.address", "hogwarts.example"),
        ("server.port", "8080"),
        ("user_agent.original", "owl/1.0"),
        ("error.type", ""),
    ];
    for (key, wanted) in cases {
        assert_eq!(attribute(&span, key), wanted, "{key}");
    }
}

async fn strict(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let wish = request.headers().get("x-middleware").map(|value| value.as_bytes().to_vec());
    match wish.as_deref() {
        Some(b"refuses") => Err(ErrorUnauthorized("no")),
        Some(b"panics") => panic!("on purpose"),
        _ => next.call(request).await,
    }
}

#[start_runtime::test]
async fn each_answer_has_its_span_and_only_5xx_is_an_error() {
    let route = "/failing/[how]";
    let cases: [(Method, &str, &str, [&str; 4]); 12] = [
        (Method::GET, "/failing/softly", "", ["GET /failing/[how]", route, "403", ""]),
        (Method::GET, "/failing/problem", "", ["GET /failing/[how]", route, "500", "500"]),
        (Method::GET, "/failing/panic", "", ["GET /failing/[how]", route, "500", "500"]),
        (Method::GET, "/failing/unavailable", "", ["GET /failing/[how]", route, "503", "503"]),
        (Method::POST, "/failing/not", "", ["POST /failing/[how]", route, "204", ""]),
        (Method::PUT, "/failing/softly", "", ["PUT", "", "405", ""]),
        (Method::GET, "/renamed/errol", "", ["a name for errol", "/renamed/[what]", "200", ""]),
        (Method::GET, "/actix/errol", "", ["GET /actix/{owl}", "/actix/{owl}", "200", ""]),
        (Method::GET, "/nothing", "", ["GET", "", "404", ""]),
        (Method::GET, "/failing/problem", "refuses", ["GET", "", "401", ""]),
        (Method::GET, "/failing/softly", "panics", ["GET", "", "500", "500"]),
        (
            Method::from_bytes(b"BREW").unwrap(),
            "/brewing/tea",
            "",
            ["HTTP /brewing/[what]", "/brewing/[what]", "200", ""],
        ),
    ];
    exporter();
    let app = test::app_with(Start::new().wrap(|| from_fn(strict)).configure(|config| {
        config.route("/actix/{owl}", actix_web::web::get().to(async || "hoot"));
    }));
    for (trace, (method, path, wish, [name, route, status, error])) in (0xb00..).map(Trace).zip(cases) {
        let request = app.request(method.clone(), path).header("traceparent", trace.header("01"));
        request.header("x-middleware", wish).await;
        let span = trace.span();
        let what = format!("{method} {path} {wish}");
        assert_eq!(span.name, name, "{what}");
        assert_eq!(attribute(&span, "http.route"), route, "{what}");
        assert_eq!(attribute(&span, "http.response.status_code"), status, "{what}");
        assert_eq!(attribute(&span, "error.type"), error, "{what}");
        assert_eq!(matches!(span.status, Status::Error { .. }), !error.is_empty(), "{what}");
        let original = if method.as_str() == "BREW" { "BREW" } else { "" };
        assert_eq!(attribute(&span, "http.request.method_original"), original, "{what}");
        assert_eq!(
            attribute(&span, "http.request.method"),
            if original.is_empty() { method.as_str() } else { "_OTHER" }
        );
    }
}

#[start_runtime::test]
async fn a_malformed_traceparent_is_ignored() {
    let id = "4bf92f3577b34da6a3ce929d0e0e4736";
    let cases = [
        (String::new(), false),
        ("nonsense".to_owned(), false),
        (format!("00-{id}-{PARENT}"), false),
        (format!("00-{id}-{PARENT}-1"), false),
        (format!("00-{id}-{PARENT}-01-more"), false),
        (format!("00-{}-{PARENT}-01", id.to_uppercase()), false),
        (format!("00-{}-{PARENT}-01", "0".repeat(32)), false),
        (format!("00-{id}-{}-01", "0".repeat(16)), false),
        (format!("00-+{}-{PARENT}-01", &id[1..]), false),
        (format!("00-{}-{PARENT}-01", &id[..31]), false),
        (format!("ff-{id}-{PARENT}-01"), false),
        (format!("00-{id}-{PARENT}-01"), true),
        (format!("01-{id}-{PARENT}-01"), true),
        (format!("01-{id}-{PARENT}-01-more"), true),
    ];
    let app = app();
    for (number, (header, accepted)) in cases.into_iter().enumerate() {
        let path = format!("/brewing/malformed-{number}");
        assert_eq!(app.get(&path).header("traceparent", &header).await.status(), 200);
        let spans = of_path(&path);
        assert_eq!(spans.len(), 1, "{header}");
        assert!(spans[0].span_context.is_valid(), "{header}");
        assert_eq!(spans[0].parent_span_id != SpanId::INVALID, accepted, "{header}");
        assert_eq!(spans[0].span_context.trace_id().to_string() == id, accepted, "{header}");
    }
}

#[start_runtime::test]
async fn a_trace_that_is_not_sampled_stays_so() {
    let trace = Trace(0xd1);
    let answer = app().get("/fetching/simply").header("traceparent", trace.header("00")).await;
    let seen: Vec<Option<String>> = answer.json().await.unwrap();
    let parent = seen[0].clone().unwrap();
    assert!(parent.starts_with(&format!("00-{:032x}-", trace.0)) && parent.ends_with("-00"), "{parent}");
    assert!(!parent.contains(PARENT), "the span in between has an id of its own: {parent}");
    assert!(trace.spans().is_empty());
}

#[start_runtime::test]
async fn the_span_is_the_current_one_while_the_handler_runs_and_no_other() {
    let app = app();
    app.get("/brewing/first").await;
    let requests = (0..20).map(async |number| {
        let trace = Trace(0xe000 + number);
        let path = format!("/interleaved/{number}");
        let answer = app.get(path).header("traceparent", trace.header("01")).await;
        assert_eq!(current(), format!("{}-{}", TraceId::INVALID, SpanId::INVALID), "outside of the request");
        (number, trace, answer.text().await.unwrap())
    });
    for (number, trace, seen) in join_all(requests).await {
        let spans = trace.spans();
        let (server, steps) = spans.split_last().unwrap();
        assert_eq!(server.name, "GET /interleaved/[number]");
        assert_eq!(seen, format!("{:032x}-{}", trace.0, server.span_context.span_id()));
        assert_eq!(steps.len(), 10);
        for step in steps {
            assert_eq!(step.name, format!("step of {number}"));
            assert_eq!(step.parent_span_id, server.span_context.span_id());
        }
    }
}

#[start_runtime::test]
async fn a_request_from_outside_begins_a_trace_whatever_is_current_there() {
    let app = app();
    let span = global::tracer("test").start("around");
    app.get("/brewing/outside").into_future().with_context(Context::current_with_span(span)).await;
    let spans = of_path("/brewing/outside");
    assert_eq!((spans.len(), spans[0].parent_span_id), (1, SpanId::INVALID));
}

#[start_runtime::test]
async fn a_fetch_is_a_child_of_the_current_span() {
    for (number, how, names) in [
        (0xf1, "simply", ["GET /fetching/[how]", "GET /seen/[by]"].as_slice()),
        (0xf2, "inside-a-span", &["GET /fetching/[how]", "around", "GET /seen/[by]"]),
        (0xf3, "nonsense", &["GET /fetching/[how]", "GET /seen/[by]"]),
        (0xf4, "from-a-task", &["GET /fetching/[how]", "GET /seen/[by]"]),
    ] {
        let trace = Trace(number);
        let request = app().get(format!("/fetching/{how}")).header("traceparent", trace.header("01"));
        let answer = request.header("tracestate", "vendor=1").header("baggage", "a=b").await;
        let seen: Vec<Option<String>> = answer.json().await.unwrap();
        let mut spans = trace.spans();
        spans.reverse();
        // A span that a future holds ends with the future, after the inner span.
        let mut parent = SpanId::from_hex(PARENT).unwrap();
        for name in names {
            let span = spans.iter().find(|span| span.name == *name).unwrap_or_else(|| panic!("{how}: {spans:?}"));
            assert_eq!(span.parent_span_id, parent, "{how}: {name}");
            assert_eq!(span.parent_span_is_remote, name.contains("fetching"), "{how}: {name}");
            let kind = if name.contains("fetching") { SpanKind::Server } else { SpanKind::Internal };
            assert_eq!(span.span_kind, kind, "{how}: {name}");
            if name.contains("seen") && how != "nonsense" {
                assert_eq!(seen[0].as_deref(), Some(&*format!("00-{:032x}-{parent}-01", trace.0)), "{how}");
                assert_eq!(seen[1].as_deref(), Some("vendor=1"), "{how}");
            }
            parent = span.span_context.span_id();
        }
        assert_eq!(seen[2], None, "nothing else goes along");
        assert_eq!(seen[3].as_deref(), Some(&*format!("{:032x}-{parent}", trace.0)), "{how}");
        assert_eq!(spans.len(), names.len(), "{how}");
    }
}

#[start_runtime::test]
async fn a_traceparent_that_the_handler_sets_wins() {
    let trace = Trace(0xf9);
    let request = app().get("/fetching/by-itself").header("traceparent", trace.header("01"));
    let answer = request.header("tracestate", "vendor=1").await;
    let seen: Vec<Option<String>> = answer.json().await.unwrap();
    assert_eq!(seen[0].as_deref(), Some(OTHER_PARENT));
    assert_eq!(seen[1], None, "the state of another trace");
    let span = of_path("/seen/by-itself").remove(0);
    assert_eq!(span.span_context.trace_id().to_string(), "0123456789abcdef0123456789abcdef");
    assert_eq!(span.parent_span_id.to_string(), "fedcba9876543210");
    assert_eq!(trace.spans().len(), 1);
}

#[start_runtime::test]
async fn a_request_that_is_given_up_has_its_span() {
    let trace = Trace(0xfa);
    let request = app().get("/slow/60").header("traceparent", trace.header("01")).into_future();
    let soon = tokio::time::sleep(Duration::from_millis(50)).boxed_local();
    drop(select(request, soon).await);
    let span = trace.span();
    assert_eq!(span.name, "GET /slow/[seconds]");
    assert_eq!(attribute(&span, "error.type"), "cancelled");
    assert_eq!(attribute(&span, "http.response.status_code"), "");
    assert_eq!(span.status, Status::Unset);
}

#[start_runtime::test]
async fn over_a_socket_the_span_knows_both_ends() {
    exporter();
    let listening = Start::new().workers(1).listen(([127, 0, 0, 1], 0).into()).await.unwrap();
    let (address, handle) = (listening.addresses[0], listening.server.handle());
    let server = actix_web::rt::spawn(listening.server);
    let trace = Trace(0xfc);
    let parent = trace.header("01");
    let exchange = actix_web::rt::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        let port = stream.local_addr().unwrap().port();
        let head = "GET /brewing/butterbeer HTTP/1.1\r\nUser-Agent: owl/2\r\nConnection: close\r\n";
        // Two headers form one list.
        let trace = format!("traceparent: {parent}\r\ntracestate: a=1\r\ntracestate: b=2\r\n");
        write!(stream, "{head}{trace}Host: {address}\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.ends_with("butterbeer"), "{answer}");
        port
    });
    let port = exchange.await.unwrap();
    let span = trace.span();
    assert_eq!(span.span_context.trace_state().header(), "a=1,b=2");
    for (key, wanted) in [
        ("client.address", "127.0.0.1"),
        ("network.peer.address", "127.0.0.1"),
        ("network.peer.port", &port.to_string()),
        ("network.protocol.version", "1.1"),
        ("server.address", "127.0.0.1"),
        ("server.port", &address.port().to_string()),
        ("user_agent.original", "owl/2"),
        ("http.route", "/brewing/[what]"),
    ] {
        assert_eq!(attribute(&span, key), wanted, "{key}");
    }
    handle.stop(false).await;
    server.await.unwrap().unwrap();
}

#[start_runtime::test]
async fn metrics_and_spans_live_together() {
    exporter();
    let app = test::app_with(Start::new().metrics("/metrics"));
    let trace = Trace(0xfd);
    app.get("/brewing/both").header("traceparent", trace.header("01")).await;
    assert_eq!(trace.span().name, "GET /brewing/[what]");
    let text = app.get("/metrics").await.text().await.unwrap();
    assert!(text.contains(r#"http_route="/brewing/[what]""#), "{text}");
    assert_eq!(serde_json::json!(of_path("/metrics").len()), 1);
}
