//! Stores of the program: the same handlers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use start_runtime::{SessionConfig, SessionRecord, SessionStore, StoreError, StoreFuture, prelude::*, test};

use crate::{Client, set};

#[derive(Clone, Default)]
struct Memory(Arc<Inner>);

#[derive(Default)]
struct Inner {
    sessions: Mutex<BTreeMap<String, SessionRecord>>,
    calls: Mutex<Vec<&'static str>>,
    is_away: AtomicBool,
}

impl Memory {
    async fn call(&self, name: &'static str) -> Result<(), StoreError> {
        // A store has to wait for something.
        actix_web::rt::task::yield_now().await;
        self.0.calls.lock().unwrap().push(name);
        match self.0.is_away.load(Ordering::SeqCst) {
            true => Err(StoreError::new("gone for lunch")),
            false => Ok(()),
        }
    }

    fn calls(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.0.calls.lock().unwrap())
    }

    fn count(&self) -> usize {
        self.0.sessions.lock().unwrap().len()
    }
}

impl SessionStore for Memory {
    fn load<'a>(&'a self, value: &'a str) -> StoreFuture<'a, Option<SessionRecord>> {
        Box::pin(async move {
            self.call("load").await?;
            Ok(self.0.sessions.lock().unwrap().get(value).cloned())
        })
    }

    fn save<'a>(&'a self, session: &'a SessionRecord, _: Duration) -> StoreFuture<'a, String> {
        Box::pin(async move {
            self.call("save").await?;
            self.0.sessions.lock().unwrap().insert(session.id.clone(), session.clone());
            Ok(session.id.clone())
        })
    }

    fn touch<'a>(&'a self, session: &'a SessionRecord, _: Duration) -> StoreFuture<'a, Option<String>> {
        Box::pin(async move {
            self.call("touch").await?;
            if let Some(known) = self.0.sessions.lock().unwrap().get_mut(&session.id) {
                known.seen_at = session.seen_at;
            }
            Ok(Some(session.id.clone()))
        })
    }

    fn remove<'a>(&'a self, id: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.call("remove").await?;
            self.0.sessions.lock().unwrap().remove(id);
            Ok(())
        })
    }
}

fn client() -> (Memory, Client) {
    let store = Memory::default();
    (store.clone(), Client::new(SessionConfig::with_store(store)))
}

#[start_runtime::test]
async fn a_store_is_asked_once_and_written_once() {
    let (store, client) = client();
    client.get("/session").await;
    assert_eq!(store.calls(), [""; 0], "no cookie, nothing to ask for");
    client.post("/session/luna").await;
    assert_eq!(store.calls(), ["save"]);
    assert_eq!(client.cookie("session").map(|id| id.len()), Some(43));
    client.post("/sharing/tasks").await;
    assert_eq!(store.calls(), ["load", "save"], "fifty updates in five tasks");
    assert_eq!(client.user().await.as_deref(), Some("luna"));
    assert_eq!(store.calls(), ["load"]);
    client.send("DELETE", "/session").await;
    assert_eq!((store.calls(), store.count()), (vec!["load", "remove"], 0));
    assert_eq!(client.cookie("session"), None);
}

#[start_runtime::test]
async fn a_cleared_or_rotated_session_is_gone_from_the_store() {
    let (store, client) = client();
    client.post("/session/luna").await;
    let old = client.cookie("session").unwrap();
    client.post("/lifetimes").await;
    assert_eq!((store.count(), client.user().await.as_deref()), (1, Some("luna")));
    let new = client.cookie("session").unwrap();
    assert_ne!(old, new);
    for (cookie, user) in [(old, None), (new.clone(), Some("luna")), ("made up".to_owned(), None)] {
        client.set_cookie("session", cookie);
        assert_eq!(client.user().await.as_deref(), user);
    }
    client.set_cookie("session", new.clone());
    client.send("DELETE", "/session").await;
    client.set_cookie("session", new);
    assert_eq!(client.user().await, None);
}

#[start_runtime::test]
async fn a_client_cannot_choose_an_id() {
    let (store, client) = client();
    client.set_cookie("session", "chosen");
    client.post("/session/luna").await;
    assert_ne!(client.cookie("session").as_deref(), Some("chosen"));
    assert_eq!(store.count(), 1);
}

#[start_runtime::test]
async fn use_touches_the_store() {
    let store = Memory::default();
    let client = Client::new(SessionConfig::with_store(store.clone()).idle_timeout(Duration::from_secs(1)));
    client.post("/session/luna").await;
    store.calls();
    actix_web::rt::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(client.user().await.as_deref(), Some("luna"));
    assert_eq!(store.calls(), ["load", "touch"]);
    actix_web::rt::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(client.user().await, None, "over, whether or not the store has forgotten it");
}

#[start_runtime::test]
async fn a_store_that_is_away_is_a_503_and_comes_back() {
    let (store, client) = client();
    client.post("/session/luna").await;
    store.0.is_away.store(true, Ordering::SeqCst);
    for (method, path) in [("GET", "/session"), ("POST", "/session/minerva"), ("DELETE", "/session")] {
        let answer = client.send(method, path).await;
        assert_eq!((answer.status().as_u16(), set(&answer)), (503, vec![]), "{path}");
        assert_eq!(answer.header("retry-after"), Some("1"), "{path}");
        let text = answer.text().await.unwrap();
        assert!(text.contains("sessions are not available") && !text.contains("lunch"), "{text}");
    }
    // A new session fails when it is written.
    let other = Client::of(&client.app);
    assert_eq!(other.get("/session").await.status(), 200);
    assert_eq!(other.post("/session/minerva").await.status(), 503);
    store.0.is_away.store(false, Ordering::SeqCst);
    assert_eq!(client.user().await.as_deref(), Some("luna"));
}

#[start_runtime::test]
async fn ready_asks_a_store_by_itself() {
    let (store, _) = client();
    let start = Start::new().health().session(SessionConfig::with_store(store.clone()));
    let app = test::app_with(start.session(crate::config().cookie("sealed")));
    let ready = async || {
        actix_web::rt::time::sleep(Duration::from_millis(1010)).await;
        let answer = app.get("/health/ready").await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(ready().await, (200, r#"{"status":"ready","checks":{"sessions":"ok"}}"#.to_owned()));
    assert_eq!(store.calls(), ["load"]);
    store.0.is_away.store(true, Ordering::SeqCst);
    assert_eq!(ready().await, (503, r#"{"status":"not ready","checks":{"sessions":"failed"}}"#.to_owned()));
}

#[start_runtime::test]
async fn a_store_that_knows_no_owners_says_so() {
    let (_, client) = client();
    client.post("/session/luna").await;
    let config = SessionConfig::with_store(Memory::default());
    let error = config.end_sessions_of("luna").await.unwrap_err();
    assert!(error.to_string().contains("SessionStore::remove_all"), "{error}");
    assert_eq!(Problem::from(error).status(), 500);
}
