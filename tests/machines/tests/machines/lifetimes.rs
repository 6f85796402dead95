//! What is stored, and for how long.

use std::time::Duration;

use start_runtime::test;
use start_runtime::{Redis, Secrets, SessionConfig, prelude::*};
use tokio::time::sleep;

use crate::in_process::{Client, app};
use crate::store::Store;

const MS: Duration = Duration::from_millis(1);

#[start_runtime::test]
async fn the_cookie_has_256_random_bits_and_the_server_their_hash() {
    let store = Store::start();
    let client = Client::new(SessionConfig::redis(store.redis()));
    client.ask("GET", "/me").await;
    assert_eq!(store.dump(), "", "nothing to remember, nothing stored");
    let mut ids = Vec::new();
    for user in ["luna", "minerva"] {
        let answer = client.post(&format!("/login/{user}")).await;
        assert_eq!(answer.status(), 204);
        let id = client.id().unwrap();
        assert!(id.len() == 43 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{id}");
        assert_eq!(client.user().await.as_deref(), Some(user));
        ids.push(id);
    }
    let dump = store.dump();
    assert!(ids[0] != ids[1] && ids.iter().all(|id| !dump.contains(id)), "{dump}");
    assert_eq!(store.keys("start:session:").len(), 1, "the one before the rotation is gone: {dump}");
    // Who reads the server's memory has no cookie.
    let thief = client.tab();
    for (key, _) in store.keys("start:") {
        let hash = key.rsplit(':').next().unwrap();
        *thief.cookie.borrow_mut() = Some(format!("session={hash}"));
        assert_eq!(thief.user().await, None, "{key}");
    }
}

#[start_runtime::test]
async fn whatever_a_client_makes_up_is_an_empty_session() {
    let store = Store::start();
    let client = Client::new(SessionConfig::redis(store.redis()));
    client.post("/login/luna").await;
    let id = client.id().unwrap();
    let (key, _) = store.keys("start:session:").swap_remove(0);
    let other = Client::new(SessionConfig::redis(store.redis()));
    for made_up in
        ["", "x", "*", &id[1..], &format!("{id}A"), &id.to_lowercase(), &"A".repeat(43), &"9".repeat(4000), "%00"]
    {
        *other.cookie.borrow_mut() = Some(format!("session={made_up}"));
        assert_eq!(other.user().await, None, "{made_up}");
    }
    // Nobody chooses an id.
    *other.cookie.borrow_mut() = Some(format!("session={}", "A".repeat(43)));
    other.post("/login/luna").await;
    assert_ne!(other.id().unwrap(), "A".repeat(43));
    // One of another cookie, or another program, is none.
    for config in [
        SessionConfig::redis(store.redis()).cookie("cart"),
        SessionConfig::redis(store.redis().prefix("shop:")),
        SessionConfig::redis(Redis::new(format!("{}/1", store.url())).unwrap()),
    ] {
        let other = Client::new(config);
        *other.cookie.borrow_mut() = Some(format!("session={id}; cart={id}"));
        assert_eq!(other.user().await, None);
    }
    // What another program has written under our key is none either.
    for (field, value) in [("d", "{"), ("c", "soon"), ("s", "-1")] {
        let before = store.ask(&["HGET", &key, field]).swap_remove(0);
        store.ask(&["HSET", &key, field, value]);
        assert_eq!(client.tab().user().await, None, "{field} {value}");
        store.ask(&["HSET", &key, field, &before]);
    }
    assert_eq!(client.user().await.as_deref(), Some("luna"));
}

#[start_runtime::test]
async fn the_server_forgets_a_session_when_its_time_is_over() {
    let store = Store::start();
    let config = SessionConfig::redis(store.redis()).idle_timeout(1000 * MS).max_age(2500 * MS);
    let client = Client::new(config);
    client.post("/login/luna").await;
    let lasts = |kind: &str| store.keys(kind).first().map(|(_, lasts)| *lasts);
    assert!(
        lasts("start:session:").is_some_and(|lasts| (400..=1000).contains(&lasts)),
        "{:?}",
        lasts("start:session:")
    );
    // Use keeps it, up to the absolute end.
    for step in 0..3 {
        sleep(600 * MS).await;
        assert_eq!(client.user().await.as_deref(), Some("luna"), "{step}");
    }
    assert!(lasts("start:session:").is_some_and(|lasts| lasts <= 700), "{:?}", lasts("start:session:"));
    sleep(800 * MS).await;
    assert_eq!(client.user().await, None);
    assert_eq!(store.dump(), "", "no session, and no index of its owner");
    // Without use.
    client.post("/login/luna").await;
    sleep(1100 * MS).await;
    assert_eq!((client.user().await, store.dump().as_str()), (None, ""));
}

#[start_runtime::test]
async fn a_touch_does_not_rewrite_the_data() {
    let store = Store::start();
    let client = Client::new(SessionConfig::redis(store.redis()).idle_timeout(10_000 * MS));
    client.post("/login/luna").await;
    let (key, _) = store.keys("start:session:").swap_remove(0);
    let seen = || store.ask(&["HGET", &key, "s"]).swap_remove(0).parse::<u64>().unwrap();
    let first = seen();
    // Put there by hand, so that it shows who writes.
    store.ask(&["HSET", &key, "d", r#"{"user":"luna","visits":7}"#]);
    assert_eq!(client.me().await.visits, 7);
    assert_eq!(seen(), first, "a tenth of the idle time has not passed");
    sleep(1050 * MS).await;
    client.me().await;
    assert!(seen() > first);
    assert_eq!(store.ask(&["HGET", &key, "d"]), [r#"{"user":"luna","visits":7}"#]);
    assert!(store.keys("start:session:")[0].1 > 8500);
}

#[start_runtime::test]
async fn sessions_of_h3_move_into_the_store_and_get_an_id_that_nobody_can_guess() {
    let password = "interop-password-interop-password-32";
    let old = Client::new(SessionConfig::new(Secrets::random()).open_iron(password).keep_iron());
    old.post("/login/luna").await;
    let store = Store::start();
    let client = Client::new(SessionConfig::redis(store.redis()).open_iron(password));
    *client.cookie.borrow_mut() = old.cookie.borrow().clone();
    assert_eq!(client.user().await.as_deref(), Some("luna"));
    assert_eq!(client.id().map(|id| id.len()), Some(43), "the first answer moves it");
    assert_eq!(store.keys("start:session:").len(), 1);
    assert_eq!(client.user().await.as_deref(), Some("luna"));
    client.post("/logout").await;
    assert_eq!(store.keys("start:").len(), 0);
}

#[start_runtime::test]
async fn each_read_and_each_write_is_one_command() {
    let store = Store::start();
    let client = Client::new(SessionConfig::redis(store.redis()).idle_timeout(10_000 * MS));
    // The server knows the scripts from here on.
    let touched = async || {
        sleep(1050 * MS).await;
        client.me().await;
    };
    for path in ["/login/luna", "/logout", "/login/luna"] {
        client.post(path).await;
    }
    touched().await;
    store.ask(&["CONFIG", "RESETSTAT"]);
    let calls = |name: &str| {
        let stats = store.ask(&["INFO", "commandstats"]).concat();
        let line = stats.split("cmdstat_").find(|line| line.starts_with(&format!("{name}:")));
        line.map_or(0, |line| line.split("calls=").nth(1).unwrap().split(',').next().unwrap().parse::<u64>().unwrap())
    };
    client.me().await;
    assert_eq!((calls("hmget"), calls("evalsha")), (1, 0), "a read");
    client.post("/visits").await;
    assert_eq!((calls("hmget"), calls("evalsha")), (2, 1), "a write");
    client.post("/login/minerva").await;
    assert_eq!((calls("hmget"), calls("evalsha")), (3, 2), "a rotation");
    touched().await;
    assert_eq!((calls("hmget"), calls("evalsha")), (4, 3), "a touch");
    client.post("/logout").await;
    assert_eq!((calls("hmget"), calls("evalsha"), calls("eval"), calls("script|load")), (5, 4, 0, 0), "the end");
}

#[start_runtime::test]
async fn ready_asks_the_store_by_itself() {
    let mut store = Store::start();
    let fast = || store.redis().timeout(300 * MS);
    let own = |start: Start| start.check("sessions", || async { Ok::<_, String>(()) });
    let stores = Start::new().health().session(SessionConfig::redis(fast())).rate_limit_store(fast());
    let two = Start::new().health().session(SessionConfig::redis(fast()));
    let two = two.session(SessionConfig::new(Secrets::random()).cookie("sealed"));
    let two = two.session(SessionConfig::redis(fast()).cookie("cart"));
    let refusing = Start::new().health().rate_limit_store(fast());
    let refusing = refusing.rate_limit_outage(start_runtime::RateOutage::Refuse);
    let apps = [
        (app(stores), r#"{"sessions":"ok"}"#, r#"{"sessions":"failed"}"#),
        (
            app(two),
            r#"{"sessions":"ok","sessions `cart`":"ok"}"#,
            r#"{"sessions":"failed","sessions `cart`":"failed"}"#,
        ),
        (app(refusing), r#"{"rate limits":"ok"}"#, r#"{"rate limits":"failed"}"#),
        (app(own(Start::new().session(SessionConfig::redis(fast())))), r#"{"sessions":"ok"}"#, r#"{"sessions":"ok"}"#),
        (app(Start::new().health().session(SessionConfig::new(Secrets::random()))), "{}", "{}"),
    ];
    let ready = async |app: &test::TestApp, expected: &str| {
        let answer = app.get("/health/ready").await;
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        assert!(text.ends_with(&format!("\"checks\":{expected}}}")), "{text}");
        assert_eq!(status, if expected.contains("failed") { 503 } else { 200 }, "{text}");
    };
    for (app, good, _) in &apps {
        ready(app, good).await;
    }
    store.stop();
    sleep(1100 * MS).await;
    for (app, _, failed) in &apps {
        ready(app, failed).await;
        assert_eq!(app.get("/health/live").await.status(), 200);
    }
    store.run();
    sleep(1100 * MS).await;
    for (app, good, _) in &apps {
        ready(app, good).await;
    }
}
