//! Health routes: whether the program lives, and whether it is ready.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use start_runtime::actix_web::http::Method;
use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, json};
use start_runtime::test::{TestApp, app, app_with};
use tokio::time::sleep;

async fn ready(app: &TestApp) -> (u16, Value) {
    let answer = app.get("/health/ready").await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

async fn good() -> Result<(), String> {
    Ok(())
}

#[start_runtime::test]
async fn a_program_without_checks_lives_and_is_ready() {
    let app = app_with(Start::new().health());
    assert_eq!(app.get("/health/live").await.status(), 200);
    assert_eq!(ready(&app).await, (200, json!({ "status": "ready", "checks": {} })));
    let head = app.request(Method::HEAD, "/health/ready").await;
    assert_eq!(head.status(), 200);
    assert_eq!(app.post("/health/ready").await.status(), 405);
    assert_eq!(self::app().get("/health/live").await.status(), 404);
}

#[start_runtime::test]
async fn one_check_that_fails_makes_the_program_not_ready_and_no_more() {
    for (name, start) in [
        ("error", Start::new().check("db", || async { Err("no route to 10.0.0.7") })),
        ("panic", Start::new().check("db", || async { if true { panic!("10.0.0.7") } else { Ok::<_, String>(()) } })),
        (
            "panic at once",
            Start::new().check("db", || {
                assert!(false_here(), "10.0.0.7");
                good()
            }),
        ),
        (
            "too slow",
            Start::new().check_within("db", Duration::from_millis(20), || async {
                sleep(Duration::from_secs(60)).await;
                Ok::<_, String>(())
            }),
        ),
    ] {
        let app = app_with(start.check("mail", good));
        let expected = json!({ "status": "not ready", "checks": { "db": "failed", "mail": "ok" } });
        assert_eq!(ready(&app).await, (503, expected), "{name}");
        assert_eq!(app.get("/health/live").await.status(), 200, "{name}");
        assert_eq!(app.request(Method::HEAD, "/health/ready").await.status(), 503, "{name}");
    }
}

fn false_here() -> bool {
    std::hint::black_box(false)
}

#[start_runtime::test]
async fn a_check_is_asked_once_however_many_ask_and_again_after_a_second() {
    let (asked, is_good) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let check = {
        let (asked, is_good) = (asked.clone(), is_good.clone());
        move || {
            asked.fetch_add(1, Ordering::Relaxed);
            let is_good = is_good.clone();
            async move {
                sleep(Duration::from_millis(20)).await;
                if is_good.load(Ordering::Relaxed) { Ok(()) } else { Err("down") }
            }
        }
    };
    let app = app_with(Start::new().check("db", check));
    for _ in 0..5 {
        assert_eq!(ready(&app).await.0, 503);
    }
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    is_good.store(true, Ordering::Relaxed);
    sleep(Duration::from_millis(1050)).await;
    assert_eq!(ready(&app).await.0, 200);
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}
