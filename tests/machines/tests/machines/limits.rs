//! Limits that several programs share.

use std::time::{Duration, Instant};

use start_runtime::test::TestApp;
use start_runtime::{Rate, RateDecision, RateOutage, RateStore, SessionConfig, prelude::*};
use tokio::time::sleep;

use crate::in_process::app;
use crate::store::Store;

const MS: Duration = Duration::from_millis(1);

fn limited(store: &Store) -> TestApp {
    app(Start::new().session(SessionConfig::redis(store.redis())).rate_limit_store(store.redis()))
}

async fn statuses(app: &TestApp, path: &str, count: usize) -> Vec<u16> {
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(app.get(path).await.status().as_u16());
    }
    all
}

#[start_runtime::test]
async fn two_programs_share_a_limit() {
    let store = Store::start();
    let (one, two) = (limited(&store), limited(&store));
    assert_eq!(statuses(&one, "/limited", 3).await, [200; 3]);
    assert_eq!(statuses(&two, "/limited", 3).await, [200, 200, 429]);
    let refused = one.get("/limited").await;
    assert_eq!(refused.status(), 429);
    assert!(matches!(refused.header("retry-after"), Some("1" | "2")), "{refused:?}");
    assert_eq!(statuses(&one, "/limited/other", 1).await, [200], "another limit");
    sleep(2050 * MS).await;
    assert_eq!(statuses(&two, "/limited", 6).await, [200, 200, 200, 200, 200, 429], "refused ones did not count");
}

#[start_runtime::test]
async fn no_stretch_of_time_has_more_requests_than_the_rate() {
    let store = Store::start();
    let (redis, rate) = (store.redis(), Rate::new(3, 100));
    let began = Instant::now();
    let (mut passed, mut step) = (Vec::new(), 0);
    while began.elapsed() < 1500 * MS {
        step += 1;
        sleep(Duration::from_micros(1700 + step % 7 * 1100)).await;
        let before = began.elapsed();
        match redis.take("a", rate).await.unwrap() {
            RateDecision::Pass => passed.push((before, began.elapsed())),
            RateDecision::Wait(wait) => assert!(wait <= 100 * MS, "{wait:?}"),
        }
    }
    // The server counted at some moment between both times.
    assert!(passed.windows(4).all(|four| four[3].1 - four[0].0 >= 100 * MS), "{passed:?}");
    assert!((12..=48).contains(&passed.len()), "{} passed", passed.len());
}

#[start_runtime::test]
async fn the_wait_is_until_the_oldest_is_over() {
    let store = Store::start();
    let (redis, rate) = (store.redis(), Rate::new(3, 3000));
    for _ in 0..3 {
        assert_eq!(redis.take("a", rate).await.unwrap(), RateDecision::Pass);
        sleep(400 * MS).await;
    }
    let RateDecision::Wait(wait) = redis.take("a", rate).await.unwrap() else { panic!("it passes") };
    assert!(wait <= 1800 * MS, "{wait:?}");
    assert_eq!(redis.take("b", rate).await.unwrap(), RateDecision::Pass);
    sleep(wait).await;
    assert_eq!(redis.take("a", rate).await.unwrap(), RateDecision::Pass);
    assert!(matches!(redis.take("a", rate).await.unwrap(), RateDecision::Wait(_)), "one at a time");
}

#[start_runtime::test]
async fn requests_at_the_same_time_are_counted_one_by_one() {
    let store = Store::start();
    let (one, two) = (limited(&store), limited(&store));
    let asked = (0..40).map(|turn| if turn % 2 == 0 { one.get("/limited") } else { two.get("/limited") });
    let answers = futures_util::future::join_all(asked.map(IntoFuture::into_future)).await;
    assert_eq!(answers.iter().filter(|answer| answer.status() == 200).count(), 5);
    assert_eq!(answers.iter().filter(|answer| answer.status() == 429).count(), 35);
}

#[start_runtime::test]
async fn a_request_is_one_command_and_the_server_forgets_it() {
    let store = Store::start();
    let app = limited(&store);
    statuses(&app, "/limited/a", 1).await;
    store.ask(&["CONFIG", "RESETSTAT"]);
    statuses(&app, "/limited/a", 4).await;
    let stats = store.ask(&["INFO", "commandstats"]).concat();
    assert!(stats.contains("cmdstat_evalsha:calls=4,"), "{stats}");
    let keys = store.keys("start:rate:");
    assert!(keys.len() <= 1 && keys.iter().all(|(_, lasts)| *lasts <= 300), "{keys:?}");
    assert!(!store.dump().contains("limited"), "{}", store.dump());
    sleep(350 * MS).await;
    assert_eq!(store.dump(), "");
}

#[start_runtime::test]
async fn keys_may_have_any_characters_and_any_length() {
    let store = Store::start();
    let (redis, rate) = (store.redis(), Rate::new(1, 10_000));
    for key in ["", " ", "a\nb", "*", "größe", "{a}", &"long ".repeat(100_000)] {
        assert_eq!(redis.take(key, rate).await.unwrap(), RateDecision::Pass, "{key:.20}");
        assert!(matches!(redis.take(key, rate).await.unwrap(), RateDecision::Wait(_)), "{key:.20}");
    }
    assert!(store.keys("start:rate:").iter().all(|(key, _)| key.len() < 60));
}

#[start_runtime::test]
async fn the_largest_and_the_smallest_rate_are_held() {
    let store = Store::start();
    let redis = store.redis();
    let month = Rate::new(10_000, 30 * 24 * 60 * 60 * 1000);
    for count in 0..10_000 {
        assert_eq!(redis.take("month", month).await.unwrap(), RateDecision::Pass, "{count}");
    }
    let RateDecision::Wait(wait) = redis.take("month", month).await.unwrap() else { panic!("it passes") };
    assert!(wait > Duration::from_secs(30 * 24 * 60 * 60 - 60) && wait <= month.period(), "{wait:?}");
    let memory: u64 = store.ask(&["MEMORY", "USAGE", &store.keys("start:rate:")[0].0])[0].parse().unwrap();
    assert!(memory < 200_000, "{memory} bytes");
    let quick = Rate::new(1, 1);
    assert_eq!(redis.take("quick", quick).await.unwrap(), RateDecision::Pass);
    sleep(3 * MS).await;
    assert_eq!(redis.take("quick", quick).await.unwrap(), RateDecision::Pass);
}

#[start_runtime::test]
async fn a_rate_that_was_changed_holds_at_once() {
    let store = Store::start();
    let redis = store.redis();
    for _ in 0..5 {
        assert_eq!(redis.take("a", Rate::new(5, 60_000)).await.unwrap(), RateDecision::Pass);
    }
    assert!(matches!(redis.take("a", Rate::new(3, 60_000)).await.unwrap(), RateDecision::Wait(_)));
    assert_eq!(redis.take("a", Rate::new(6, 60_000)).await.unwrap(), RateDecision::Pass);
    assert!(matches!(redis.take("a", Rate::new(6, 60_000)).await.unwrap(), RateDecision::Wait(_)));
}

#[start_runtime::test]
async fn a_clock_that_was_set_back_refuses_nobody_for_long() {
    let store = Store::start();
    let (redis, rate) = (store.redis(), Rate::new(2, 60_000));
    redis.take("a", rate).await.unwrap();
    let (key, _) = store.keys("start:rate:").swap_remove(0);
    let later: u64 = store.ask(&["LINDEX", &key, "0"])[0].parse::<u64>().unwrap() + 3_600_000_000;
    store.ask(&["LPUSH", &key, &later.to_string()]);
    assert_eq!(redis.take("a", rate).await.unwrap(), RateDecision::Pass);
    assert_eq!(store.ask(&["LLEN", &key]), ["1"]);
}

#[start_runtime::test]
async fn limits_outlive_their_store_as_the_program_says() {
    let mut store = Store::start();
    let start = |outage| {
        let start = Start::new().session(SessionConfig::redis(store.redis())).rate_limit_store(store.redis());
        app(start.rate_limit_outage(outage))
    };
    let (alone, pass, refuse) = (limited(&store), start(RateOutage::Pass), start(RateOutage::Refuse));
    store.stop();
    assert_eq!(statuses(&alone, "/limited", 7).await, [200, 200, 200, 200, 200, 429, 429]);
    assert_eq!(statuses(&pass, "/limited", 7).await, [200; 7]);
    assert_eq!(statuses(&refuse, "/limited", 2).await, [503; 2]);
    let refused = refuse.get("/limited").await;
    assert_eq!(refused.header("retry-after"), Some("1"));
    let text = refused.text().await.unwrap();
    assert!(!text.contains("127.0.0.1") && !text.contains("redis"), "{text}");
    store.run();
    sleep(150 * MS).await;
    assert_eq!(statuses(&refuse, "/limited", 5).await, [200; 5]);
    assert_eq!(statuses(&alone, "/limited", 1).await, [429]);
    assert_eq!(statuses(&pass, "/limited", 1).await, [429]);
}
