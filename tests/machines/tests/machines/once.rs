//! Work that several machines are asked for, and one of them does once.

use std::sync::Mutex;
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use start_runtime::Start;
use start_runtime::actix_web::rt::{spawn, time::sleep as sleep_for};
use start_runtime::webhook::{Claim, OnceStore, RedisOnce};

use crate::in_process::app;
use crate::machine::{Answer, Browser, Machine};
use crate::store::Store;

const MS: Duration = Duration::from_millis(1);
const MINUTE: Duration = Duration::from_secs(60);

/// How long is known that work is being done, and that it was done: in milliseconds.
const LEASE: u64 = 5 * 60 * 1000;
const KEEP: u64 = 30 * 24 * 60 * 60 * 1000;

/// Asks a machine for some work.
fn ask(machine: &Machine, id: &str, how: &str) -> Answer {
    Browser::of(&[machine]).post(&format!("/once/{id}/{how}"))
}

/// Whether the work is being done elsewhere, which the sender learns with the time when it is to come again.
fn is_busy(answer: &Answer) -> bool {
    answer.status == 409 && answer.head.to_ascii_lowercase().contains("\r\nretry-after: 10\r\n")
}

/// Asks until the work is not being done any more, and each worker has found a store that is back: two seconds at most.
fn settled(machine: &Machine, id: &str, how: &str) -> Answer {
    let deadline = Instant::now() + 2000 * MS;
    loop {
        let answer = ask(machine, id, how);
        if !is_busy(&answer) && answer.status != 503 || Instant::now() > deadline {
            return answer;
        }
        sleep(20 * MS);
    }
}

#[test]
fn of_two_machines_that_are_asked_at_once_one_does_the_work() {
    let store = Store::start();
    let (one, two) = (Machine::start(&store.url()), Machine::start(&store.url()));
    for id in 0..5 {
        let id = format!("evt_{id}");
        let answers = Mutex::new(Vec::new());
        scope(|scope| {
            for turn in 0..10 {
                let (machine, id, answers) = (if turn % 2 == 0 { &one } else { &two }, &id, &answers);
                scope.spawn(move || answers.lock().unwrap().push(ask(machine, id, "300")));
            }
        });
        let answers = answers.into_inner().unwrap();
        let done = answers.iter().filter(|answer| (answer.status, answer.body.as_str()) == (200, "done")).count();
        let others =
            |answer: &&Answer| is_busy(answer) || (answer.status, answer.body.as_str()) == (200, "done before");
        assert_eq!((done, answers.iter().filter(others).count()), (1, 9), "{answers:?}");
        for machine in [&one, &two] {
            let answer = ask(machine, &id, "fails");
            assert_eq!((answer.status, answer.body.as_str()), (200, "done before"));
        }
    }
}

#[test]
fn what_has_failed_at_one_machine_is_done_at_the_other() {
    let store = Store::start();
    let (one, two) = (Machine::start(&store.url()), Machine::start(&store.url()));
    for (how, status) in [("fails", 502), ("panics", 500)] {
        for turn in 0..3 {
            let machine = if turn % 2 == 0 { &one } else { &two };
            assert_eq!(settled(machine, how, how).status, status, "{how}: it is tried again");
        }
        assert_eq!(settled(&two, how, "0").body, "done", "{how}");
        assert_eq!(ask(&one, how, "0").body, "done before", "{how}");
    }
}

#[start_runtime::test]
async fn work_that_is_dropped_is_done_by_the_next_that_asks() {
    let store = Store::start();
    let [one, two] = [(); 2].map(|()| app(Start::new().once_store(RedisOnce::new(store.redis()))));
    let dropped = spawn(one.post("/once/a/60000").into_future());
    while store.keys("start:once:").is_empty() {
        sleep_for(10 * MS).await;
    }
    assert_eq!(two.post("/once/a/0").await.status(), 409);
    dropped.abort();
    assert!(dropped.await.is_err_and(|error| error.is_cancelled()));
    one.after_work().await;
    assert_eq!(two.post("/once/a/0").await.text().await.unwrap(), "done");
    assert_eq!(one.post("/once/a/0").await.text().await.unwrap(), "done before");
}

#[test]
fn a_machine_that_is_killed_keeps_others_out_until_its_time_is_over() {
    let store = Store::start();
    let (mut one, two) = (Machine::start(&store.url()), Machine::start(&store.url()));
    let port = one.port;
    scope(|scope| {
        scope.spawn(move || Browser::default().send_to(port, "POST", "/once/evt_secret/60000"));
        let deadline = Instant::now() + 2000 * MS;
        while store.keys("start:once:").is_empty() {
            assert!(Instant::now() < deadline, "the work does not begin");
            sleep(10 * MS);
        }
        one.kill();
    });
    assert!(is_busy(&ask(&two, "evt_secret", "0")));
    let [(key, lasts)] = &store.keys("start:once:")[..] else { panic!("one key") };
    assert!((LEASE - 5000..=LEASE).contains(lasts), "{lasts}");
    assert!(!store.dump().contains("evt_secret"), "the server has the hash of an id: {}", store.dump());
    store.ask(&["PEXPIRE", key, "1"]);
    sleep(20 * MS);
    assert_eq!(ask(&two, "evt_secret", "0").body, "done");
    let [(_, lasts)] = &store.keys("start:once:")[..] else { panic!("one key") };
    assert!((KEEP - 5000..=KEEP).contains(lasts), "{lasts}");
}

#[test]
fn while_the_store_is_away_no_work_begins_and_the_sender_comes_again() {
    let mut store = Store::start();
    let machine = Machine::start(&store.url());
    let browser = Browser::of(&[&machine]);
    assert_eq!(ask(&machine, "before", "0").body, "done");
    assert_eq!(browser.get("/health/ready").status, 200);
    store.stop();
    for _ in 0..10 {
        for (id, how) in [("before", "0"), ("new", "panics")] {
            let answer = ask(&machine, id, how);
            assert!(answer.is_away() && answer.took < 1000 * MS, "{answer:?}");
        }
    }
    assert_eq!(browser.get("/plain").status, 200);
    let deadline = Instant::now() + 2000 * MS;
    while browser.get("/health/ready").status != 503 {
        assert!(Instant::now() < deadline, "the program is not ready without it");
        sleep(50 * MS);
    }
    assert!(!machine.log().contains("the work panics"), "no work has begun: {}", machine.log());
    store.run();
    assert_eq!(settled(&machine, "new", "0").body, "done");
    assert_eq!(settled(&machine, "new", "0").body, "done before");
    store.signal("-STOP");
    let answer = ask(&machine, "hangs", "panics");
    assert!(answer.is_away() && answer.took < 2000 * MS, "{answer:?}");
    store.signal("-CONT");
}

#[test]
fn work_that_is_done_is_answered_as_done_although_nobody_will_know_it() {
    let mut store = Store::start();
    let machine = Machine::start(&store.url());
    scope(|scope| {
        let slow = scope.spawn(|| ask(&machine, "a", "600"));
        let deadline = Instant::now() + 500 * MS;
        while store.keys("start:once:").is_empty() {
            assert!(Instant::now() < deadline, "the work does not begin");
            sleep(10 * MS);
        }
        store.stop();
        let answer = slow.join().unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (200, "done"));
    });
    machine.logs("nobody will know that a delivery is done");
    // A server that is back before the end of the work learns of it, although it has lost its memory.
    store.run();
    scope(|scope| {
        let slow = scope.spawn(|| settled(&machine, "b", "600"));
        sleep(300 * MS);
        store.stop();
        store.run();
        assert_eq!(slow.join().unwrap().body, "done");
    });
    assert_eq!(settled(&machine, "b", "0").body, "done before");
}

#[start_runtime::test]
async fn the_work_belongs_to_one_owner_as_long_as_it_was_promised() {
    let server = Store::start();
    let (one, other) = (RedisOnce::new(server.redis()), RedisOnce::new(server.redis()));
    let odd = "a\n'\"; FLUSHALL\r\n😀";
    assert_eq!(one.claim(odd, "one", 100 * MS).await.unwrap(), Claim::Yours);
    assert_eq!(one.claim(odd, "one", 100 * MS).await.unwrap(), Claim::Yours, "a question that was asked twice");
    assert_eq!(other.claim(odd, "other", MINUTE).await.unwrap(), Claim::Busy);
    assert_eq!(other.claim("b", "other", MINUTE).await.unwrap(), Claim::Yours, "another key");
    sleep_for(150 * MS).await;
    assert_eq!(other.claim(odd, "other", MINUTE).await.unwrap(), Claim::Yours, "the time is over");
    // The one that was too slow changes nothing any more.
    one.release(odd, "one").await.unwrap();
    one.finish(odd, "one", MINUTE).await.unwrap();
    assert_eq!(one.claim(odd, "one", MINUTE).await.unwrap(), Claim::Busy);
    other.finish(odd, "other", 100 * MS).await.unwrap();
    other.finish(odd, "other", 100 * MS).await.unwrap();
    other.release(odd, "other").await.unwrap();
    assert_eq!(one.claim(odd, "one", MINUTE).await.unwrap(), Claim::Done, "what is done is not released");
    sleep_for(150 * MS).await;
    assert_eq!(one.claim(odd, "one", MINUTE).await.unwrap(), Claim::Yours, "what is done is not kept for ever");
    // An owner may have any name, that of a mark as well.
    for owner in ["done", "by one", ""] {
        assert_eq!(one.claim(&format!("of {owner}"), owner, MINUTE).await.unwrap(), Claim::Yours);
        assert_eq!(one.claim(&format!("of {owner}"), "one", MINUTE).await.unwrap(), Claim::Busy, "{owner:?}");
    }
    // Programs that share a server, and nothing else.
    let prefixed = RedisOnce::new(server.redis().prefix("shop:"));
    assert_eq!(prefixed.claim(odd, "shop", MINUTE).await.unwrap(), Claim::Yours);
    // Times that no server knows: none, and for ever.
    for (key, lease) in [("none", Duration::ZERO), ("for ever", Duration::MAX)] {
        assert_eq!(one.claim(key, "one", lease).await.unwrap(), Claim::Yours, "{key}");
    }
}
