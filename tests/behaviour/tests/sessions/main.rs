//! Sessions, in a program of their own: each of its tests sets them up as it needs them.

#[path = "../behaviour/documented.rs"]
mod documented;

mod alone;
mod answers;
mod csrf;
mod document;
mod fetching;
mod forged;
mod iron;
mod lifetimes;
mod sharing;
mod starting;
mod stores;

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::test::{self, TestApp};
use start_runtime::{FetchResponse, Secrets, Session, SessionConfig, prelude::*};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Login {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(default)]
    visits: u32,
}

#[api_route("/session")]
mod session {
    use super::*;

    async fn GET(session: Session<Login>) -> Login {
        session.clone()
    }

    async fn DELETE(mut session: Session<Login>) {
        session.clear();
    }
}

#[api_route(POST, "/session/[user]")]
async fn log_in(user: String, event: APIEvent) -> Result<Login, Problem> {
    let mut session = event.session::<Login>().await?;
    session.update(|login| login.user = Some(user));
    Ok(session.clone())
}

/// A browser that asks a program.
struct Client {
    app: TestApp,
    jar: RefCell<BTreeMap<String, String>>,
}

impl Client {
    fn of(app: &TestApp) -> Self {
        Self { app: app.with_header("sec-fetch-site", "same-origin"), jar: RefCell::default() }
    }

    fn new(config: SessionConfig) -> Self {
        Self::of(&test::app_with(Start::new().session(config)))
    }

    async fn send(&self, method: &str, path: &str) -> FetchResponse {
        let cookies: Vec<String> = self.jar.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.app.request(method.parse().unwrap(), path);
        let request = if cookies.is_empty() { request } else { request.header("cookie", cookies.join("; ")) };
        let answer = request.await;
        for cookie in set(&answer) {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            match cookie.contains("; Max-Age=0") {
                true => drop(self.jar.borrow_mut().remove(name)),
                false => drop(self.jar.borrow_mut().insert(name.to_owned(), value.to_owned())),
            }
        }
        answer
    }

    async fn get(&self, path: &str) -> FetchResponse {
        self.send("GET", path).await
    }

    async fn post(&self, path: &str) -> FetchResponse {
        self.send("POST", path).await
    }

    /// The user that is logged in.
    async fn user(&self) -> Option<String> {
        self.get("/session").await.json::<Login>().await.unwrap().user
    }

    fn cookie(&self, name: &str) -> Option<String> {
        self.jar.borrow().get(name).cloned()
    }

    fn set_cookie(&self, name: &str, value: impl Into<String>) {
        self.jar.borrow_mut().insert(name.to_owned(), value.into());
    }
}

fn set(answer: &FetchResponse) -> Vec<&str> {
    answer.headers().get_all("set-cookie").map(|value| value.to_str().unwrap()).collect()
}

fn config() -> SessionConfig {
    SessionConfig::new(Secrets::new("the secret of the tests, which is no secret").unwrap())
}

#[start_runtime::test]
async fn a_session_is_read_updated_and_cleared() {
    let client = Client::new(config());
    let first = client.get("/session").await;
    assert_eq!(set(&first), [""; 0], "reading an empty session writes nothing");
    assert_eq!(first.json::<Login>().await.unwrap(), Login::default());

    let logged_in = client.post("/session/luna").await;
    let cookies = set(&logged_in);
    let (pair, attributes) = cookies[0].split_once("; ").unwrap();
    assert_eq!(attributes, "HttpOnly; SameSite=Lax; Path=/; Max-Age=604800", "{cookies:?}");
    assert!(pair.starts_with("session=") && !pair.contains('%'), "{pair}");
    assert_eq!(logged_in.json::<Login>().await.unwrap().user.as_deref(), Some("luna"));
    assert_eq!(client.user().await.as_deref(), Some("luna"));
    assert_eq!(set(&client.get("/session").await), [""; 0], "nothing has changed");

    let same = client.post("/session/luna").await;
    assert_eq!(set(&same), [""; 0], "an update to what was there before");

    let out = client.send("DELETE", "/session").await;
    assert_eq!(out.status(), 204);
    let gone = "session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    assert_eq!(set(&out), [gone]);
    assert_eq!(client.user().await, None);
    assert_eq!(set(&client.send("DELETE", "/session").await), [""; 0], "there is nothing to clear");
}
