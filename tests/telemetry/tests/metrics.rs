//! What `Start::metrics` serves. There is one recorder per process, so each test counts on routes of its own, or with a
//! method of its own.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::ErrorUnauthorized;
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use futures_util::future::join;
use start_runtime::prelude::*;
use start_runtime::test::{self, TestApp};

const COUNT: &str = "http_server_request_duration_seconds_count";
const ACTIVE: &str = "http_server_active_requests";

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
            _ => Err(Problem::forbidden("on purpose")),
        }
    }
}

#[page_route("/pages/[name]")]
async fn page(name: String) -> String {
    format!("<p>{}", name.len())
}

#[api_route("/inner/[name]")]
mod inner {
    pub async fn GET(name: String) -> String {
        name
    }
}

#[api_route("/outer")]
mod outer {
    use super::*;

    async fn GET(event: APIEvent) -> Result<String, Problem> {
        event.fetch("/inner/a").await?;
        Ok(event.fetch("/inner/b").await?.text().await?)
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

#[api_route("/left/[seconds]")]
mod left {
    use super::*;

    async fn ANY(seconds: u64) -> &'static str {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        "done"
    }
}

#[api_route("/any/[x]")]
mod any {
    async fn ANY() -> &'static str {
        "any"
    }
}

#[api_route("/counted")]
mod counted {
    async fn GET() -> &'static str {
        start_runtime::metrics::counter!("owls_sent_total", "house" => "gryffindor").increment(3);
        start_runtime::metrics::histogram!("owl_flight_seconds").record(0.2);
        start_runtime::metrics::histogram!("owl_weight_grams").record(1500.0);
        "counted"
    }
}

#[api_route(POST, "/taken/by-a-post")]
async fn taken() {}

#[page_route("/taken/by-a-page")]
async fn taken_page() -> &'static str {
    "page"
}

fn app() -> TestApp {
    test::app_with(Start::new().metrics("/metrics"))
}

/// One line of the text format.
#[derive(Debug)]
struct Sample {
    name: String,
    labels: BTreeMap<String, String>,
    value: f64,
}

impl Sample {
    fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }
}

/// Parses the text format strictly.
fn parse(text: &str) -> Vec<Sample> {
    let lines = text.lines().filter(|line| !line.is_empty());
    let (comments, samples): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with('#'));
    assert!(comments.iter().all(|line| line.starts_with("# TYPE ") || line.starts_with("# HELP ")), "{text}");
    let sample = |line: &str| {
        let (series, value) = line.rsplit_once(' ')?;
        let (name, labels) = series.split_once('{').map_or((series, ""), |(name, rest)| (name, rest));
        let mut rest = if labels.is_empty() { "" } else { labels.strip_suffix('}')? };
        let mut labels = BTreeMap::new();
        while !rest.is_empty() {
            let (label, after) = rest.split_once("=\"")?;
            let (content, after) = after.split_once('"')?;
            labels.insert(label.to_owned(), content.to_owned());
            rest = after.strip_prefix(',').unwrap_or(after);
        }
        Some(Sample { name: name.to_owned(), labels, value: value.parse().ok()? })
    };
    samples.into_iter().map(|line| sample(line).unwrap_or_else(|| panic!("no sample: {line}"))).collect()
}

async fn samples(app: &TestApp) -> Vec<Sample> {
    let answer = app.get("/metrics").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    parse(&answer.text().await.unwrap())
}

/// The value of the only series with this name and these labels; 0 if there is none.
fn value(samples: &[Sample], name: &str, labels: &[(&str, &str)]) -> f64 {
    let fits =
        |sample: &&Sample| sample.name == name && labels.iter().all(|(label, text)| sample.label(label) == *text);
    let found: Vec<&Sample> = samples.iter().filter(fits).collect();
    assert!(found.len() <= 1, "{found:?}");
    found.first().map_or(0.0, |sample| sample.value)
}

fn count(samples: &[Sample], method: &str, route: &str, status: &str) -> f64 {
    let labels = [("http_request_method", method), ("http_route", route), ("http_response_status_code", status)];
    value(samples, COUNT, &labels)
}

#[start_runtime::test]
async fn requests_are_counted_by_the_pattern_whoever_answers() {
    let cases: [(Method, &str, [&str; 3]); 12] = [
        (Method::GET, "/api/gryffindor/students/year-3", ["GET", "/api/[house]/students/year-[year]", "200"]),
        (Method::GET, "/api/hufflepuff/students/year-4", ["GET", "/api/[house]/students/year-[year]", "200"]),
        (Method::GET, "/api/hufflepuff/students/year-x", ["GET", "/api/[house]/students/year-[year]", "400"]),
        (Method::HEAD, "/api/hufflepuff/students/year-4", ["HEAD", "/api/[house]/students/year-[year]", "200"]),
        (Method::DELETE, "/api/hufflepuff/students/year-4", ["DELETE", "", "405"]),
        (Method::DELETE, "/nothing/here", ["DELETE", "", "404"]),
        (Method::DELETE, "/api/%zz", ["DELETE", "", "400"]),
        (Method::GET, "/failing/problem", ["GET", "/failing/[how]", "500"]),
        (Method::GET, "/failing/panic", ["GET", "/failing/[how]", "500"]),
        (Method::GET, "/failing/softly", ["GET", "/failing/[how]", "403"]),
        (Method::GET, "/pages/hogsmeade", ["GET", "/pages/[name]", "200"]),
        (Method::from_bytes(b"BREW").unwrap(), "/any/tea", ["_OTHER", "/any/[x]", "200"]),
    ];
    let mut wanted: BTreeMap<[&str; 3], f64> = BTreeMap::new();
    let app = app();
    for (method, path, labels) in cases {
        app.request(method, path).await;
        *wanted.entry(labels).or_default() += 1.0;
    }
    let samples = samples(&app).await;
    for ([method, route, status], wanted) in wanted {
        assert_eq!(count(&samples, method, route, status), wanted, "{method} {route} {status}");
    }
}

#[start_runtime::test]
async fn what_clients_send_makes_no_new_series() {
    let app = app();
    let shape = |samples: &[Sample]| {
        let ours = samples.iter().filter(|sample| sample.label("http_request_method").starts_with(['P', '_']));
        ours.map(|sample| (sample.name.clone(), sample.labels.clone())).collect::<Vec<_>>().len()
    };
    let send = async |number: usize| {
        let method = Method::from_bytes(format!("METHOD{number}").as_bytes()).unwrap();
        app.request(method.clone(), format!("/any/{number}")).await;
        app.request(method, format!("/unbounded/{number}")).header("host", format!("host-{number}")).await;
        app.request(Method::PATCH, format!("/any/{number}")).await;
        app.request(Method::PATCH, format!("/unbounded/{number}?x={number}")).await;
    };
    send(0).await;
    let before = shape(&samples(&app).await);
    for number in 1..50 {
        send(number).await;
    }
    let after = samples(&app).await;
    assert_eq!(shape(&after), before);
    assert_eq!(count(&after, "PATCH", "/any/[x]", "200"), 50.0);
    assert_eq!(count(&after, "PATCH", "", "404"), 50.0);
    assert_eq!(count(&after, "_OTHER", "", "404"), 50.0);
}

async fn strict(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let wish = request.headers().get("x-middleware").map(|value| value.as_bytes().to_vec());
    match wish.as_deref() {
        Some(b"refuses") => Err(ErrorUnauthorized("no")),
        Some(b"panics") => panic!("on purpose"),
        Some(b"panics afterwards") => {
            next.call(request).await?;
            panic!("on purpose")
        }
        _ => next.call(request).await,
    }
}

#[start_runtime::test]
async fn what_middleware_does_is_counted() {
    let app = test::app_with(Start::new().metrics("/metrics").wrap(|| from_fn(strict)));
    for wish in ["nothing", "refuses", "panics", "panics afterwards"] {
        app.put("/any/middleware").header("x-middleware", wish).await;
    }
    let samples = samples(&app).await;
    assert_eq!(count(&samples, "PUT", "/any/[x]", "200"), 1.0);
    assert_eq!(count(&samples, "PUT", "", "401"), 1.0);
    assert_eq!(count(&samples, "PUT", "", "500"), 1.0);
    assert_eq!(count(&samples, "PUT", "/any/[x]", "500"), 1.0, "the route was found before");
}

#[start_runtime::test]
async fn services_of_actix_are_counted_by_their_patterns() {
    let app = test::app_with(Start::new().metrics("/metrics").configure(|config| {
        config.route("/actix/{owl}", actix_web::web::get().to(async || "hoot"));
    }));
    for owl in ["errol", "hedwig"] {
        assert_eq!(app.get(format!("/actix/{owl}")).await.text().await.unwrap(), "hoot");
    }
    assert_eq!(count(&samples(&app).await, "GET", "/actix/{owl}", "200"), 2.0);
}

#[start_runtime::test]
async fn a_fetch_is_not_counted() {
    let app = app();
    assert_eq!(app.get("/outer").await.text().await.unwrap(), "b");
    app.get("/inner/c").await;
    let samples = samples(&app).await;
    assert_eq!(count(&samples, "GET", "/outer", "200"), 1.0);
    assert_eq!(count(&samples, "GET", "/inner/[name]", "200"), 1.0);
}

#[start_runtime::test]
async fn durations_are_a_histogram_with_the_buckets_of_the_conventions() {
    let app = app();
    join(app.get("/metrics").into_future(), app.get("/slow/1").into_future()).await;
    let text = app.get("/metrics").await.text().await.unwrap();
    assert!(text.contains("# TYPE http_server_request_duration_seconds histogram\n"), "{text}");
    assert!(text.contains("# HELP http_server_request_duration_seconds "), "{text}");
    let samples = parse(&text);
    let of_slow = |sample: &&Sample| {
        sample.label("http_route") == "/slow/[seconds]" && sample.label("http_response_status_code") == "200"
    };
    let buckets: Vec<(&str, f64)> = samples
        .iter()
        .filter(of_slow)
        .filter(|sample| sample.name == "http_server_request_duration_seconds_bucket")
        .map(|sample| (sample.label("le"), sample.value))
        .collect();
    let bounds: Vec<&str> = buckets.iter().map(|(bound, _)| *bound).collect();
    assert_eq!(bounds.join(" "), "0.005 0.01 0.025 0.05 0.075 0.1 0.25 0.5 0.75 1 2.5 5 7.5 10 +Inf");
    assert_eq!(buckets[9], ("1", 0.0), "a request of a second took longer than one");
    assert_eq!(buckets[14], ("+Inf", 1.0));
    let sum = samples.iter().find(|sample| of_slow(sample) && sample.name.ends_with("_sum")).unwrap().value;
    assert!((1.0..10.0).contains(&sum), "{sum}");
}

#[start_runtime::test]
async fn what_the_program_counts_is_served_too() {
    let app = app();
    app.get("/counted").await;
    let samples = samples(&app).await;
    assert_eq!(value(&samples, "owls_sent_total", &[("house", "gryffindor")]), 3.0);
    assert_eq!(value(&samples, "owl_flight_seconds_bucket", &[("le", "0.1")]), 0.0);
    assert_eq!(value(&samples, "owl_flight_seconds_bucket", &[("le", "0.25")]), 1.0);
    assert_eq!(value(&samples, "owl_weight_grams", &[("quantile", "1")]), 1500.0);
}

#[start_runtime::test]
async fn the_route_is_at_the_place_of_ones_choice_and_not_in_the_document() {
    let app = test::app_with(Start::new().metrics("/internal/m%C3%A9trics/"));
    assert_eq!(app.get("/metrics").await.status(), 404);
    assert_eq!(app.get("/internal/m%C3%A9trics").await.status(), 200);
    let head = app.head("/internal/m%C3%A9trics").await;
    assert_eq!(head.status(), 200);
    assert_eq!(head.text().await.unwrap(), "");
    let post = app.post("/internal/m%C3%A9trics").await;
    assert_eq!((post.status().as_u16(), post.header("allow")), (405, Some("GET, HEAD, OPTIONS")));
    let document = app.get("/openapi.json").await.text().await.unwrap();
    assert!(document.contains("/counted") && !document.contains("internal"), "{document}");
    // A path that is not configured has no metrics.
    assert_eq!(test::app().get("/metrics").await.status(), 404);
}

#[start_runtime::test]
async fn a_path_that_cannot_serve_metrics_is_an_error_at_start_up() {
    let cases: [(&str, &[&str]); 8] = [
        ("metrics", &["`metrics(\"metrics\")`", "Write a path such as `metrics(\"/metrics\")`"]),
        ("", &["Write a path such as"]),
        ("/[name]", &["without params", "`[`"]),
        ("/metrics?x", &["without params or a query", "`?`"]),
        ("/a//b", &["a segment of it is empty"]),
        ("/counted", &["`metrics(\"/counted\")`", "GET /counted", "metrics.rs:", "Give one of them another path"]),
        ("/taken/by-a-post", &["POST /taken/by-a-post", "metrics.rs:"]),
        ("/taken/by-a-page", &["page /taken/by-a-page", "metrics.rs:"]),
    ];
    for (path, wanted) in cases {
        let started = Start::new().metrics(path).listen(([127, 0, 0, 1], 0).into()).await;
        let error = started.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(wanted.iter().all(|part| error.contains(part)), "{path}: {error}");
    }
}

/// Sends a request and leaves its response unread, so that closing resets the connection. Ending only the sending side
/// is not hanging up, because a client may still be reading.
fn ask(address: SocketAddr, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    for path in ["/any/unread", path] {
        write!(stream, "TRACE {path} HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
    }
    stream
}

#[start_runtime::test]
async fn a_client_that_hangs_up_is_counted_and_not_active_any_more() {
    let listening = Start::new().metrics("/metrics").workers(1).listen(([127, 0, 0, 1], 0).into()).await.unwrap();
    let (address, handle) = (listening.addresses[0], listening.server.handle());
    let server = actix_web::rt::spawn(listening.server);
    let app = app();
    let reached = async |wanted: &dyn Fn(&[Sample]) -> bool, what: &str| {
        for _ in 0..200 {
            if wanted(&samples(&app).await) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("not {what}");
    };
    let active = |samples: &[Sample]| value(samples, ACTIVE, &[("http_request_method", "TRACE")]);
    let stream = ask(address, "/left/60");
    reached(&|samples| count(samples, "TRACE", "/any/[x]", "200") == 1.0 && active(samples) == 1.0, "active").await;
    assert_eq!(count(&samples(&app).await, "TRACE", "/left/[seconds]", ""), 0.0);
    drop(stream);
    reached(&|samples| count(samples, "TRACE", "/left/[seconds]", "") == 1.0 && active(samples) == 0.0, "left").await;
    handle.stop(false).await;
    server.await.unwrap().unwrap();
}
