//! Work that is done once: which deliveries do it, and what happens when it fails.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use start_runtime::actix_web::rt::{spawn, time::sleep};
use start_runtime::test::{self, TestApp, app_with};
use start_runtime::webhook::{Claim, OnceError, OnceFuture, OnceStore};
use start_runtime::{Query, prelude::*};

use crate::set_up;

/// What the work does.
#[derive(serde::Deserialize)]
struct Work {
    id: String,
    /// `fails`, `panics`, or how many milliseconds it takes.
    how: String,
}

/// How often work was begun.
#[derive(Default)]
pub struct Begun(AtomicUsize);

async fn work(how: &str, begun: &Begun) -> Result<usize, Problem> {
    let count = begun.0.fetch_add(1, Ordering::SeqCst) + 1;
    match how {
        "fails" => Err(Problem::new(502)),
        "panics" => panic!("the work panics"),
        milliseconds => {
            sleep(Duration::from_millis(milliseconds.parse().unwrap_or(0))).await;
            Ok(count)
        }
    }
}

#[api_route(POST, "/once")]
async fn once(event: APIEvent, Query(ask): Query<Work>, begun: Data<Begun>) -> Result<String, Problem> {
    let done = event.once(&ask.id, work(&ask.how, &begun)).await?;
    Ok(done.map_or_else(|| "done before".to_owned(), |count| format!("done {count}")))
}

/// Another route with ids of its own.
#[api_route(POST, "/once/elsewhere")]
async fn elsewhere(event: APIEvent, Query(ask): Query<Work>, begun: Data<Begun>) -> Result<String, Problem> {
    let done = event.once(&ask.id, work(&ask.how, &begun)).await?;
    Ok(format!("{done:?}"))
}

pub fn program(store: Option<impl OnceStore>) -> TestApp {
    let start = set_up(Start::new());
    app_with(match store {
        Some(store) => start.once_store(store),
        None => start,
    })
}

pub async fn ask(app: &TestApp, id: &str, how: &str) -> (u16, String) {
    let answer = app.post(format!("/once?id={id}&how={how}")).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// What holds for every store.
pub async fn check_store(app: &TestApp) {
    let done = |count: u32| (200, format!("done {count}"));
    let before = (200, "done before".to_owned());
    assert_eq!(ask(app, "a", "0").await, done(1));
    assert_eq!(ask(app, "a", "0").await, before);
    assert_eq!(ask(app, "a", "fails").await, before, "it is not begun again");
    assert_eq!(ask(app, "b", "0").await, done(2));
    let elsewhere = app.post("/once/elsewhere?id=a&how=0").await;
    assert_eq!(elsewhere.text().await.unwrap(), "Some(3)", "ids belong to a route");

    assert_eq!(ask(app, "c", "fails").await.0, 502);
    assert_eq!(ask(app, "c", "fails").await.0, 502);
    assert_eq!(ask(app, "c", "0").await, done(6), "what has failed is done by the next delivery");
    assert_eq!(ask(app, "c", "0").await, before);

    assert_eq!(ask(app, "d", "panics").await.0, 500);
    app.after_work().await;
    assert_eq!(ask(app, "d", "0").await, done(8), "what has panicked as well");

    // Two at once: one does it, the other learns that it is being done, and then that it was.
    let (one, other) = futures_util::join!(ask(app, "e", "200"), ask(app, "e", "200"));
    let mut both = [one, other];
    both.sort();
    assert_eq!(both[0], done(9));
    assert!(both[1].0 == 409 && both[1].1.contains("being worked on"), "{}", both[1].1);
    assert_eq!(ask(app, "e", "0").await, before);

    // A handler that is dropped, because its client has gone.
    let slow = app.post("/once?id=f&how=60000").into_future();
    let dropped = spawn(slow);
    sleep(Duration::from_millis(100)).await;
    assert_eq!(ask(app, "f", "0").await.0, 409);
    dropped.abort();
    assert!(dropped.await.is_err_and(|error| error.is_cancelled()));
    app.after_work().await;
    assert_eq!(ask(app, "f", "0").await, done(11));
}

#[start_runtime::test]
async fn work_is_done_once_and_again_if_it_fails() {
    check_store(&program(None::<start_runtime::webhook::InMemory>)).await;
}

#[start_runtime::test]
async fn a_busy_delivery_says_when_to_ask_again() {
    let app = program(None::<start_runtime::webhook::InMemory>);
    let (_, busy) = futures_util::join!(ask(&app, "a", "100"), async { app.post("/once?id=a&how=0").await });
    assert_eq!((busy.status().as_u16(), busy.header("retry-after")), (409, Some("10")));
}

/// A store that fails where it is told to.
struct Broken {
    claim: bool,
    finish: bool,
    released: Arc<AtomicUsize>,
}

fn broken<'a, T>() -> OnceFuture<'a, T> {
    Box::pin(async { Err(OnceError::new("the disk is full")) })
}

impl OnceStore for Broken {
    fn claim<'a>(&'a self, _: &'a str, owner: &'a str, lease: Duration) -> OnceFuture<'a, Claim> {
        assert!(owner.len() == 32 && lease == Duration::from_secs(300));
        if self.claim { broken() } else { Box::pin(async { Ok(Claim::Yours) }) }
    }

    fn finish<'a>(&'a self, _: &'a str, _: &'a str, _: Duration) -> OnceFuture<'a, ()> {
        if self.finish { broken() } else { Box::pin(async { Ok(()) }) }
    }

    fn release<'a>(&'a self, _: &'a str, _: &'a str) -> OnceFuture<'a, ()> {
        self.released.fetch_add(1, Ordering::SeqCst);
        broken()
    }
}

#[start_runtime::test]
async fn a_store_that_fails_is_a_503_before_the_work_and_nothing_behind_it() {
    let released = Arc::new(AtomicUsize::new(0));
    let store = |claim, finish| Some(Broken { claim, finish, released: released.clone() });
    let answer = program(store(true, true)).post("/once?id=a&how=0").await;
    assert_eq!((answer.status().as_u16(), answer.header("retry-after")), (503, Some("1")));
    let text = answer.text().await.unwrap();
    assert!(text.contains("not available at the moment") && !text.contains("disk"), "{text}");
    assert_eq!(ask(&program(store(false, true)), "a", "0").await, (200, "done 1".to_owned()), "the work is done");
    assert_eq!(released.load(Ordering::SeqCst), 0);
    assert_eq!(ask(&program(store(false, true)), "a", "fails").await.0, 502, "the error of the work is the answer");
    assert_eq!(released.load(Ordering::SeqCst), 1);
}

#[start_runtime::test]
async fn a_handler_alone_remembers_for_its_event() {
    let event = test::event("/").build();
    let count = Rc::new(Cell::new(0));
    let work = || {
        let count = count.clone();
        async move {
            count.set(count.get() + 1);
            Ok::<_, Problem>(count.get())
        }
    };
    assert_eq!(event.once("a", work()).await.unwrap(), Some(1));
    assert_eq!(event.once("a", work()).await.unwrap(), None);
    assert_eq!(event.once("b", work()).await.unwrap(), Some(2));
}
