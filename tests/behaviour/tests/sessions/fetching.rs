//! Sessions and `event.fetch`: a fetched request is one of its own, as from outside.

use start_runtime::{Request, prelude::*};

use crate::{Client, Login, config, set};

#[api_route("/fetching/[how]")]
async fn POST(how: String, event: APIEvent) -> Result<String, Problem> {
    let mut session = event.session::<Login>().await?;
    session.update(|login| login.visits += 1);
    let request = Request::post("/session/fetched");
    let request = if how == "plain" { request } else { request.forward_credentials() };
    let answer = event.fetch(request).await?;
    let inner = answer.headers().get("set-cookie").map(|value| value.to_str().unwrap_or_default().to_owned());
    if let (Some(cookie), "pass-on") = (&inner, &*how) {
        event.response.append_header("set-cookie", cookie);
    }
    let login: Login = answer.json().await?;
    let outer = event.session::<Login>().await?;
    Ok(format!(
        "{}: {} / {}: {}",
        login.user.unwrap_or_default(),
        login.visits,
        outer.user.as_deref().unwrap_or("-"),
        outer.visits
    ))
}

#[start_runtime::test]
async fn a_fetched_route_has_a_session_of_its_own() {
    for (how, text, cookies, user) in [
        // Without credentials there is no session, and what the fetched route writes stays inside.
        ("plain", "fetched: 0 / luna: 1", 1, "luna"),
        // With them, it is the session that the browser has sent, not what the handler has made of it.
        ("credentials", "fetched: 0 / luna: 1", 1, "luna"),
    ] {
        let client = Client::new(config());
        client.post("/session/luna").await;
        let answer = client.post(&format!("/fetching/{how}")).await;
        assert_eq!(set(&answer).len(), cookies, "{how}");
        assert_eq!(answer.text().await.unwrap(), text, "{how}");
        assert_eq!(client.user().await.as_deref(), Some(user), "{how}");
        let kept = client.get("/session").await.json::<Login>().await.unwrap();
        assert_eq!(kept.visits, 1, "{how}");
    }
}

#[api_route(POST, "/fetching/log-in-for-me")]
async fn pass_on(event: APIEvent) -> Result<(), Problem> {
    let answer = event.fetch(Request::post("/session/fetched").forward_credentials()).await?;
    for cookie in answer.headers().get_all("set-cookie") {
        event.response.append_header("set-cookie", cookie.to_str().unwrap_or_default());
    }
    Ok(())
}

#[start_runtime::test]
async fn a_handler_can_pass_the_cookies_of_a_fetch_on() {
    let client = Client::new(config());
    client.post("/session/luna").await;
    assert_eq!(client.user().await.as_deref(), Some("luna"));
    client.post("/fetching/log-in-for-me").await;
    assert_eq!(client.user().await.as_deref(), Some("fetched"));
}
