//! Work behind the answer.

use std::cell::RefCell;
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{LazyLock, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::dev::ServiceRequest;
use actix_web::middleware::{Next, from_fn};
use actix_web::rt::time::{sleep, timeout};
use start_runtime::prelude::*;
use start_runtime::test::{self, app, app_with};
use start_runtime::{Response, StopHandle};

use crate::wire::{Server, eventually};

const MS: Duration = Duration::from_millis(1);

/// What happened, by the name of the test.
static LOG: LazyLock<Mutex<HashMap<String, Vec<String>>>> = LazyLock::new(Mutex::default);

fn note(test: &str, what: &str) {
    LOG.lock().unwrap().entry(test.to_owned()).or_default().push(what.to_owned());
}

fn noted(test: &str) -> Vec<String> {
    LOG.lock().unwrap().get(test).cloned().unwrap_or_default()
}

/// A stream that never yields.
struct Silent;

impl futures_core::Stream for Silent {
    type Item = std::io::Result<actix_web::web::Bytes>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Pending
    }
}

/// Ends in the way that the path names, with work behind its answer.
#[api_route(GET, "/after/[test]/[how]")]
async fn ends(test: String, how: String, event: APIEvent) -> Result<Response, Problem> {
    let name = test.clone();
    event.after(async move {
        note(&name, "begun");
        sleep(30 * MS).await;
        note(&name, "done");
    });
    sleep(10 * MS).await;
    note(&test, "answered");
    match how.as_str() {
        "error" => Err(Problem::not_found("nothing")),
        "panic" => panic!("now"),
        "stuck" => {
            sleep(600_000 * MS).await;
            Ok(Response::empty())
        }
        "stream" => Ok(Response::stream(Silent)),
        _ => Ok(Response::new("fine")),
    }
}

#[start_runtime::test]
async fn work_begins_when_the_answer_is_out_whatever_it_is() {
    let app = app_with(Start::new().request_timeout(100 * MS));
    for (how, status) in [("value", 200), ("error", 404), ("panic", 500), ("stuck", 503)] {
        let test = format!("out-{how}");
        assert_eq!(app.get(format!("/after/{test}/{how}")).await.status().as_u16(), status, "{how}");
        assert_eq!(noted(&test), ["answered"], "{how}");
        app.after_work().await;
        assert_eq!(noted(&test), ["answered", "begun", "done"], "{how}");
    }
}

#[start_runtime::test]
async fn work_begins_when_nobody_waits_for_the_answer_any_more() {
    let app = app();
    assert!(timeout(50 * MS, app.get("/after/gone/stuck").into_future()).await.is_err());
    app.after_work().await;
    assert_eq!(noted("gone"), ["answered", "begun", "done"]);
}

/// Fetches a route with such work, and has some of its own.
#[api_route(GET, "/after/[test]/fetch")]
async fn fetches(test: String, event: APIEvent) -> Result<&'static str, Problem> {
    event.fetch(format!("/after/{test}/value")).await?;
    let (name, inner) = (test.clone(), event.clone());
    event.after(async move {
        note(&name, "own");
        // The event can still be used, and its work may have work of its own.
        let status = inner.fetch("/after/inner/value").await.unwrap().status();
        let name = name.clone();
        inner.after(async move { note(&name, &format!("last, {status}")) });
    });
    sleep(50 * MS).await;
    note(&test, "outer answered");
    Ok("fine")
}

#[start_runtime::test]
async fn the_work_of_a_fetched_route_waits_for_the_answer_to_the_client() {
    let app = app();
    assert_eq!(app.get("/after/fetched/fetch").await.status(), 200);
    assert_eq!(noted("fetched"), ["answered", "outer answered"]);
    app.after_work().await;
    let mut seen = noted("fetched").split_off(2);
    seen.sort_unstable();
    assert_eq!(seen, ["begun", "done", "last, 200 OK", "own"]);
    assert_eq!(noted("inner"), ["answered", "begun", "done"]);
}

#[start_runtime::test]
async fn middleware_is_done_with_the_answer_first() {
    let layer = || {
        from_fn(|request: ServiceRequest, next: Next<_>| async move {
            let answer = next.call(request).await;
            sleep(50 * MS).await;
            note("layered", "layer");
            answer
        })
    };
    let app = app_with(Start::new().wrap(layer));
    assert_eq!(app.get("/after/layered/value").await.status(), 200);
    app.after_work().await;
    assert_eq!(noted("layered"), ["answered", "layer", "begun", "done"]);
}

#[api_route(GET, "/after/panics")]
async fn panics(event: APIEvent) -> &'static str {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("in a drop");
        }
    }
    event.after(async { panic!("in the work") });
    let bomb = Bomb;
    event.after(async move {
        sleep(MS).await;
        drop(bomb);
    });
    event.after(async { note("panics", "goes on") });
    "fine"
}

#[start_runtime::test]
async fn a_panic_ends_one_piece_of_work_alone() {
    let app = app();
    assert_eq!(app.get("/after/panics").await.status(), 200);
    app.after_work().await;
    assert_eq!(noted("panics"), ["goes on"]);
    assert_eq!(app.get("/after/panics").await.status(), 200);
    app.after_work().await;
}

#[start_runtime::test]
async fn the_event_of_a_test_has_work_too() {
    let event = test::event("/after").build();
    let seen = std::rc::Rc::new(RefCell::new(false));
    let inner = seen.clone();
    event.after(async move {
        sleep(10 * MS).await;
        inner.replace(true);
    });
    assert!(!*seen.borrow());
    test::after_work(&event).await;
    assert!(*seen.borrow());
}

#[core::prelude::v1::test]
fn a_client_gets_its_answer_before_the_work_is_done() {
    let server = Server::start(Start::new);
    let mut wire = server.connect();
    wire.send("GET /after/wire/value HTTP/1.1\r\nhost: x\r\n\r\n");
    assert!(wire.receive().0.starts_with("http/1.1 200"));
    assert!(!noted("wire").contains(&"done".to_owned()));
    eventually("the work is done", || noted("wire") == ["answered", "begun", "done"]);
    // A stream goes on after the answer was handed over.
    wire.send("GET /after/stream/stream HTTP/1.1\r\nhost: x\r\n\r\n");
    eventually("the work beside a stream is done", || noted("stream") == ["answered", "begun", "done"]);
}

#[core::prelude::v1::test]
fn an_embedded_server_waits_for_the_work_when_it_stops() {
    let server = Server::start(Start::new);
    let mut wire = server.connect();
    wire.send("GET /after/stopped/value HTTP/1.1\r\nhost: x\r\n\r\n");
    assert!(wire.receive().0.starts_with("http/1.1 200"));
    drop(wire);
    let stop: StopHandle = server.handle.clone();
    let begun = Instant::now();
    actix_web::rt::System::new().block_on(async move { stop.stop().await });
    assert_eq!(noted("stopped"), ["answered", "begun", "done"]);
    assert!(begun.elapsed() < 10_000 * MS);
}
