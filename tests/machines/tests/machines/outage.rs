//! A store that is away, slow, or back without its memory.

use std::time::{Duration, Instant};

use crate::machine::{Browser, Machine};
use crate::store::Store;

const MS: Duration = Duration::from_millis(1);

/// Asks until all answers are good, those of each worker. Returns how long that took.
fn recovered(browser: &Browser, path: &str) -> Duration {
    let (began, mut last) = (Instant::now(), Duration::ZERO);
    for _ in 0..60 {
        let answer = browser.get(path);
        if answer.status != 200 {
            assert!(answer.is_away(), "{answer:?}");
            last = began.elapsed();
        }
        std::thread::sleep(20 * MS);
    }
    last
}

#[test]
fn a_store_that_is_away_is_a_503_at_once_and_one_that_comes_back_is_used_within_a_second() {
    let mut store = Store::start();
    let machine = Machine::start(&store.url());
    let (browser, stranger) = (Browser::of(&[&machine]), Browser::of(&[&machine]));
    assert_eq!(browser.post("/login/luna").status, 204);
    for round in 0..3 {
        store.stop();
        for _ in 0..20 {
            for (method, path) in [("GET", "/me"), ("POST", "/visits"), ("POST", "/logout"), ("POST", "/lock-out/luna")]
            {
                let answer = browser.send(method, path);
                assert!(answer.is_away() && answer.took < 1000 * MS, "{round}: {method} {path}: {answer:?}");
            }
        }
        assert!(stranger.post("/login/minerva").is_away());
        assert_eq!(browser.get("/health/ready").status, 503);
        // What needs no store does not know of it.
        for path in ["/plain", "/health/live"] {
            assert_eq!(browser.get(path).status, 200);
        }
        assert_eq!(stranger.get("/me").user(), None);
        store.run();
        let took = recovered(&browser, "/me");
        assert!(took < 1000 * MS, "{took:?}");
        assert_eq!(browser.get("/me").user(), None, "its memory is gone: empty, and no error");
        assert_eq!(browser.post("/login/luna").status, 204);
        assert_eq!(browser.get("/me").user().as_deref(), Some("luna"));
    }
    assert!(!machine.log().contains("panicked"), "{}", machine.log());
}

#[test]
fn a_restart_between_two_requests_is_noticed_by_nobody() {
    let mut store = Store::start();
    let machine = Machine::start(&store.url());
    let browser = Browser::of(&[&machine]);
    for _ in 0..5 {
        assert_eq!(browser.post("/login/luna").status, 204);
        assert_eq!(browser.get("/me").user().as_deref(), Some("luna"));
        store.stop();
        store.run();
        assert_eq!(browser.get("/me").user(), None);
    }
    store.ask(&["SCRIPT", "FLUSH"]);
    assert_eq!(browser.post("/login/luna").status, 204);
    assert!(!machine.log().contains(" 503 "), "{}", machine.log());
}

#[test]
fn a_store_that_hangs_is_a_503_after_its_time() {
    let store = Store::start();
    let machine = Machine::start(&store.url());
    let browser = Browser::of(&[&machine]);
    assert_eq!(browser.post("/login/luna").status, 204);
    store.signal("-STOP");
    let began = Instant::now();
    for _ in 0..6 {
        let answer = browser.get("/me");
        assert!(answer.is_away() && answer.took < 2000 * MS, "{answer:?}");
    }
    assert!(began.elapsed() > 800 * MS, "the first waits for its time: {:?}", began.elapsed());
    assert_eq!(browser.get("/plain").status, 200);
    store.signal("-CONT");
    let took = recovered(&browser, "/me");
    assert!(took < 1000 * MS, "{took:?}");
    assert_eq!(browser.get("/me").user().as_deref(), Some("luna"), "it has lost nothing");
}

#[test]
fn many_that_ask_a_store_that_hangs_do_not_wait_one_after_another() {
    let store = Store::start();
    let machine = Machine::start(&store.url());
    let first = Browser::of(&[&machine]);
    assert_eq!(first.post("/login/luna").status, 204);
    let cookies = first.cookies.borrow().clone();
    store.signal("-STOP");
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..60 {
            scope.spawn(|| {
                let browser = Browser::of(&[&machine]);
                *browser.cookies.borrow_mut() = cookies.clone();
                assert!(browser.get("/me").is_away());
            });
        }
    });
    assert!(began.elapsed() < 2500 * MS, "{:?}", began.elapsed());
    store.signal("-CONT");
}

#[test]
fn an_outage_of_the_counts_is_in_the_log_once() {
    let mut store = Store::start();
    let machine = Machine::start(&store.url());
    let browser = Browser::of(&[&machine]);
    assert_eq!(browser.get("/limited").status, 200);
    store.stop();
    for _ in 0..10 {
        assert!([200, 429].contains(&browser.get("/limited").status));
    }
    machine.logs("the store of rate limits is away, so this program counts alone");
    store.run();
    std::thread::sleep(200 * MS);
    browser.get("/limited");
    machine.logs("the store of rate limits is back");
    assert_eq!(machine.log().matches("the store of rate limits is away").count(), 1, "{}", machine.log());
}
