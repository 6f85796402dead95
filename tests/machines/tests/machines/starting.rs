//! What is said at start-up.

use std::time::Duration;

use crate::machine::{Browser, Machine, command};
use crate::store::{Store, free_port};

#[test]
fn the_banner_says_where_the_store_is_without_the_password() {
    let store = Store::start_with(Some("hush-hush"));
    let machine = Machine::start(&store.url());
    let at = format!("redis://:***@127.0.0.1:{}", store.port);
    for line in ["sessions: `session`,", "rate limits: counted", "deliveries: known"] {
        let line = format!("{line} in {at}\n");
        assert!(machine.banner.contains(&line), "{}", machine.banner);
    }
    let browser = Browser::of(&[&machine]);
    assert_eq!(browser.post("/login/luna").status, 204);
    assert_eq!(browser.get("/me").user().as_deref(), Some("luna"));
    assert!(!machine.banner.contains("hush") && !machine.log().contains("hush"), "{}", machine.log());
    assert!(!machine.log().contains("WARN"), "{}", machine.log());
}

#[test]
fn a_wrong_url_keeps_the_program_from_starting_and_says_what_to_write() {
    for (url, expected) in [
        (None, "REDIS_URL is not set: write `REDIS_URL=redis://127.0.0.1:6379`"),
        (Some(""), "REDIS_URL is not set"),
        (Some(" "), "REDIS_URL is not set"),
        (Some("127.0.0.1:6379"), "the URL in REDIS_URL is no URL"),
        (Some("localhost:6379"), "the URL in REDIS_URL has the scheme `localhost`"),
        (Some("http://:hush@localhost"), "the URL in REDIS_URL has the scheme `http`"),
        (Some("redis://:hush@localhost:x"), "the URL in REDIS_URL is no URL"),
        (Some("redis://:hush@localhost/x"), "the URL in REDIS_URL cannot be used"),
    ] {
        let mut command = command("");
        match url {
            Some(url) => command.env("REDIS_URL", url),
            None => command.env_remove("REDIS_URL"),
        };
        let output = command.output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && text.contains(expected), "{url:?}: {text}");
        assert!(text.contains("redis://127.0.0.1:6379") && !text.contains("hush"), "{url:?}: {text}");
    }
}

#[test]
fn a_program_starts_without_its_store_and_finds_it_when_it_comes() {
    let port = free_port();
    let machine = Machine::start(&format!("redis://127.0.0.1:{port}"));
    machine.logs("sessions cannot be reached, and each request that needs it tries again");
    machine.logs("rate limits cannot be reached");
    machine.logs("deliveries cannot be reached");
    let browser = Browser::of(&[&machine]);
    assert_eq!(browser.get("/plain").status, 200);
    assert_eq!(browser.get("/health/live").status, 200);
    assert_eq!(browser.get("/health/ready").status, 503);
    // Without a cookie there is nothing to ask for.
    assert_eq!(browser.get("/me").status, 200);
    assert!(browser.post("/login/luna").is_away());
    let _store = Store::start_at(port);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(browser.post("/login/luna").status, 204);
    assert_eq!(browser.get("/me").user().as_deref(), Some("luna"));
}

#[test]
fn a_wrong_password_is_in_the_log_and_nowhere_else() {
    let store = Store::start_with(Some("hush-hush"));
    let machine = Machine::start(&format!("redis://:hush-no@127.0.0.1:{}", store.port));
    machine.logs("sessions cannot be reached");
    let browser = Browser::of(&[&machine]);
    assert!(browser.post("/login/luna").is_away());
    machine.logs(" 503 ");
    assert!(!machine.log().contains("hush"), "{}", machine.log());
}
