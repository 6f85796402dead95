//! How long sessions last.

use std::time::Duration;

use start_runtime::{Session, prelude::*};

use crate::{Client, Login, config, set};

#[api_route("/lifetimes")]
mod lifetimes {
    use super::*;

    async fn GET(session: Session<Login>) -> (StatusCode, String) {
        let status = if session.is_new() { 404 } else { 200 };
        (StatusCode::from_u16(status).unwrap(), session.id())
    }

    async fn POST(mut session: Session<Login>) -> String {
        session.rotate();
        session.id()
    }
}

async fn wait(millis: u64) {
    actix_web::rt::time::sleep(Duration::from_millis(millis)).await;
}

/// Returns the number of seconds in the cookie's Max-Age.
fn max_age(cookies: &[&str]) -> u64 {
    cookies[0].split("Max-Age=").nth(1).unwrap().split(';').next().unwrap().parse().unwrap()
}

#[start_runtime::test]
async fn a_session_ends_after_its_time_however_much_it_is_used() {
    let client = Client::new(config().max_age(Duration::from_secs(2)));
    let answer = client.post("/session/luna").await;
    assert_eq!(max_age(&set(&answer)), 2);
    let first = client.cookie("session").unwrap();
    for _ in 0..4 {
        assert_eq!(client.user().await.as_deref(), Some("luna"));
        client.post("/sharing/tasks").await;
        wait(300).await;
    }
    wait(900).await;
    assert_eq!(client.user().await, None);
    // Not only the browser forgets it.
    client.set_cookie("session", first);
    assert_eq!(client.user().await, None);
}

#[start_runtime::test]
async fn a_session_ends_without_use_and_goes_on_with_it() {
    let client = Client::new(config().idle_timeout(Duration::from_secs(1)));
    client.post("/session/luna").await;
    let mut written = 0;
    for _ in 0..5 {
        wait(400).await;
        let answer = client.get("/session").await;
        written += set(&answer).len();
        assert_eq!(answer.json::<Login>().await.unwrap().user.as_deref(), Some("luna"));
    }
    assert_eq!(written, 5, "more than a tenth of the time has passed each time");
    wait(1100).await;
    assert_eq!(client.user().await, None);
}

#[start_runtime::test]
async fn use_is_written_down_once_in_a_while() {
    let client = Client::new(config().idle_timeout(Duration::from_secs(10)));
    client.post("/session/luna").await;
    for _ in 0..20 {
        assert_eq!(set(&client.get("/session").await), [""; 0]);
    }
    wait(1100).await;
    let answer = client.get("/session").await;
    assert_eq!(max_age(&set(&answer)), 10);
    assert_eq!(set(&client.get("/session").await), [""; 0]);
}

#[start_runtime::test]
async fn the_id_is_kept_until_it_is_changed() {
    let client = Client::new(config());
    let empty = client.get("/lifetimes").await;
    assert_eq!((empty.status().as_u16(), set(&empty)), (404, vec![]));
    client.post("/session/luna").await;
    let first = client.get("/lifetimes").await.text().await.unwrap();
    assert_eq!(first.len(), 43, "256 bits in base64: {first}");
    client.post("/session/minerva").await;
    assert_eq!(client.get("/lifetimes").await.text().await.unwrap(), first);
    let second = client.post("/lifetimes").await.text().await.unwrap();
    assert_ne!(second, first);
    let after = client.get("/lifetimes").await;
    assert_eq!((after.status().as_u16(), after.text().await.unwrap()), (200, second));
    assert_eq!(client.user().await.as_deref(), Some("minerva"), "the data stays");
}

#[start_runtime::test]
async fn a_session_may_last_for_ever() {
    let client = Client::new(config().idle_timeout(Duration::MAX).max_age(Duration::MAX));
    client.post("/session/luna").await;
    assert_eq!(client.user().await.as_deref(), Some("luna"));
}
