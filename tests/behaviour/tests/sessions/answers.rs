//! A session is written with every answer, and only if it has changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use start_runtime::cookie::SameSite;
use start_runtime::{Response, SessionConfig, clear_session, prelude::*, test, update_session, use_session};

use crate::{Client, Login, config, set};

#[api_route("/answers/[how]")]
async fn POST(how: String, event: APIEvent) -> Result<Response, Problem> {
    let mut session = event.session::<Login>().await?;
    if how == "page" {
        session.update(|_| {});
        return Ok(Response::empty());
    }
    session.update(|login| login.visits += 1);
    match &*how {
        "error" => Err(Problem::conflict("no")),
        "response" => Ok(Response::new("no").status(409)),
        "redirect" => Ok(Response::redirect("/")),
        "stream" => Ok(Response::new("a stream")),
        "panic" => panic!("at the disco"),
        "own" => Ok(Response::new("own").cookie(("own", "1"))),
        _ => Ok(Response::empty().status(204)),
    }
}

#[start_runtime::test]
async fn a_change_is_written_whatever_the_answer_is() {
    for (how, status, cookies) in [
        ("empty", 204, 1),
        ("error", 409, 1),
        ("response", 409, 1),
        ("redirect", 302, 1),
        ("stream", 200, 1),
        ("own", 200, 2),
        ("page", 200, 0),
        ("panic", 500, 0),
    ] {
        let client = Client::new(config());
        let answer = client.post(&format!("/answers/{how}")).await;
        assert_eq!((answer.status().as_u16(), set(&answer).len()), (status, cookies), "{how}");
        let visits = client.get("/session").await.json::<Login>().await.unwrap().visits;
        assert_eq!(visits, u32::from(cookies > 0), "{how}");
    }
}

#[api_route("/answers/empty-or-page")]
async fn GET(event: APIEvent) -> Result<(), Problem> {
    event.session::<Login>().await?.update(|login| login.visits = 7);
    Ok(())
}

#[page_route("/answers/empty-or-page")]
async fn page(event: APIEvent) -> Result<String, Problem> {
    Ok(format!("<p>{}</p>", event.session::<Login>().await?.visits))
}

#[start_runtime::test]
async fn a_change_outlives_the_turn_to_a_page() {
    let client = Client::new(config());
    let answer = client.get("/answers/empty-or-page").await;
    assert_eq!((answer.status().as_u16(), set(&answer).len()), (200, 1));
    assert_eq!(answer.text().await.unwrap(), "<p>7</p>");
    assert_eq!(client.get("/session").await.json::<Login>().await.unwrap().visits, 7);
}

#[start_runtime::test]
async fn the_cookie_is_secure_when_the_request_was() {
    type Row = (&'static str, SessionConfig, Option<(&'static str, &'static str)>, bool);
    let rows: [Row; 12] = [
        ("plain", config(), None, false),
        ("a proxy", config(), Some(("x-forwarded-proto", "https")), true),
        ("a proxy, by RFC 7239", config(), Some(("forwarded", "for=1.2.3.4;proto=https")), true),
        ("a proxy in plain text", config(), Some(("x-forwarded-proto", "http")), false),
        ("the proxy that is nearest", config(), Some(("x-forwarded-proto", "https, http")), false),
        ("another field", config(), Some(("x-forwarded-ssl", "on")), false),
        ("always", config().secure(true), None, true),
        ("never", config().secure(false), Some(("x-forwarded-proto", "https")), false),
        ("__Host-", config().cookie("__Host-sid"), None, true),
        ("__Secure-", config().cookie("__Secure-sid"), None, true),
        ("SameSite=None", config().same_site(SameSite::None), None, true),
        ("SameSite=Strict", config().same_site(SameSite::Strict), None, false),
    ];
    for (what, config, header, is_secure) in rows {
        let (name, value) = header.unwrap_or(("x-none", "1"));
        let app = test::app_with(Start::new().session(config).trusted_proxies(["10.0.0.1"]));
        let proxy = app.with_address([10, 0, 0, 1]);
        let answer = proxy.post("/session/luna").header(name, value).await;
        let cookies = set(&answer);
        assert_eq!(cookies[0].contains("; Secure"), is_secure, "{what}: {cookies:?}");
    }
    // Nobody else is believed.
    for (name, value) in [("x-forwarded-proto", "https"), ("forwarded", "proto=https")] {
        let start = || Start::new().session(config());
        for app in [test::app_with(start()), test::app_with(start().trusted_proxies(["10.0.0.1"]))] {
            let answer = app.with_address([10, 0, 0, 2]).post("/session/luna").header(name, value).await;
            assert!(!set(&answer)[0].contains("; Secure"), "{name}");
        }
    }
    let app = test::app_with(Start::new().session(config().path("/session").domain("example.com").cookie("sid")));
    let answer = app.post("/session/luna").await;
    let cookies = set(&answer);
    assert!(
        cookies[0].starts_with("sid=") && cookies[0].contains("; Path=/session; Domain=example.com;"),
        "{cookies:?}"
    );
}

#[api_route(POST, "/answers/large/[bytes]")]
async fn large(bytes: usize, event: APIEvent) -> Result<(), Problem> {
    event.session::<Login>().await?.update(|login| login.user = Some("x".repeat(bytes)));
    Ok(())
}

#[start_runtime::test]
async fn a_session_that_is_too_long_is_an_error() {
    let client = Client::new(config());
    assert_eq!(client.post("/answers/large/2800").await.status(), 204);
    assert_eq!(client.user().await.map(|user| user.len()), Some(2800));
    let answer = client.post("/answers/large/3100").await;
    assert_eq!((answer.status().as_u16(), set(&answer)), (500, vec![]));
    assert_eq!(client.user().await.map(|user| user.len()), Some(2800), "the session is as it was");
}

#[derive(Default, Serialize, Deserialize)]
struct NoText {
    by_pair: BTreeMap<(u8, u8), u8>,
}

#[api_route(POST, "/answers/no-json")]
async fn no_json(event: APIEvent) -> Result<(), Problem> {
    event.session::<NoText>().await?.update(|data| data.by_pair.insert((1, 2), 3));
    Ok(())
}

#[start_runtime::test]
async fn data_that_json_cannot_express_is_an_error_and_changes_nothing() {
    let client = Client::new(config());
    client.post("/session/luna").await;
    let answer = client.post("/answers/no-json").await;
    assert_eq!((answer.status().as_u16(), set(&answer)), (500, vec![]));
    assert_eq!(client.user().await.as_deref(), Some("luna"));
}

#[api_route("/answers/originals")]
mod originals {
    use super::*;

    async fn GET(event: APIEvent) -> Result<Option<String>, Problem> {
        Ok(use_session::<Login>(&event).await?.user.clone())
    }

    async fn POST(event: APIEvent) -> Result<u32, Problem> {
        update_session(&event, |login: &mut Login| {
            login.user = Some("minerva".to_owned());
            login.visits += 1;
            login.visits
        })
        .await
    }

    async fn DELETE(event: APIEvent) -> Result<(), Problem> {
        clear_session(&event).await
    }
}

#[start_runtime::test]
async fn the_originals_names_do_the_same() {
    let client = Client::new(config());
    assert_eq!(client.get("/answers/originals").await.status(), 404);
    for visits in 1..3 {
        assert_eq!(client.post("/answers/originals").await.json::<u32>().await.unwrap(), visits);
    }
    assert_eq!(client.get("/answers/originals").await.text().await.unwrap(), "minerva");
    assert_eq!(client.send("DELETE", "/answers/originals").await.status(), 204);
    assert_eq!(client.get("/answers/originals").await.status(), 404);
}
