//! All sessions of a user.

use start_runtime::{Secrets, SessionConfig, prelude::*};

use crate::in_process::{Client, app};
use crate::store::Store;

async fn log_in(app: &start_runtime::test::TestApp, user: &str, browsers: usize) -> Vec<Client> {
    let mut all = Vec::new();
    for _ in 0..browsers {
        let client = Client::of(app);
        client.post(&format!("/login/{user}")).await;
        all.push(client);
    }
    all
}

async fn known(clients: &[Client]) -> usize {
    let mut count = 0;
    for client in clients {
        count += usize::from(client.user().await.is_some());
    }
    count
}

#[start_runtime::test]
async fn all_sessions_of_a_user_are_ended_and_no_others() {
    let store = Store::start();
    let config = SessionConfig::redis(store.redis());
    let app = app(Start::new().session(config.clone()));
    let (luna, minerva) = (log_in(&app, "luna", 5).await, log_in(&app, "minerva", 2).await);
    let admin = Client::of(&app);
    assert_eq!(admin.post("/lock-out/nobody").await.text().await.unwrap(), "0");
    assert_eq!(admin.post("/lock-out/luna").await.text().await.unwrap(), "5");
    assert_eq!((known(&luna).await, known(&minerva).await), (0, 2));
    assert_eq!(store.keys("start:owner:").len(), 1);
    // Outside of a request.
    assert_eq!(config.end_sessions_of("minerva").await.unwrap(), 2);
    assert_eq!((known(&minerva).await, store.dump().as_str()), (0, ""));
    // It begins anew with the next login.
    let luna = log_in(&app, "luna", 1).await;
    assert_eq!(known(&luna).await, 1);
}

#[start_runtime::test]
async fn the_others_are_ended_and_this_one_stays() {
    let store = Store::start();
    let app = app(Start::new().session(SessionConfig::redis(store.redis())));
    let luna = log_in(&app, "luna", 4).await;
    assert_eq!(luna[2].post("/end-others").await.text().await.unwrap(), "3");
    assert_eq!((known(&luna).await, known(&luna[2..3]).await), (1, 1));
    assert_eq!(luna[2].post("/end-others").await.text().await.unwrap(), "0");
    let nobody = Client::of(&app);
    assert_eq!(nobody.post("/end-others").await.text().await.unwrap(), "0");
}

#[start_runtime::test]
async fn an_owner_stays_with_its_session() {
    let store = Store::start();
    for config in [SessionConfig::redis(store.redis()), SessionConfig::new(Secrets::random())] {
        let client = Client::new(config);
        let owner = async || {
            let answer = client.ask("GET", "/owner").await;
            if answer.status() == 404 { None } else { answer.text().await.ok() }
        };
        assert_eq!(owner().await, None);
        client.post("/login/luna").await;
        for path in ["/visits", "/rotate"] {
            client.post(path).await;
            assert_eq!(owner().await.as_deref(), Some("luna"), "{path}");
        }
        client.post("/login/minerva").await;
        assert_eq!(owner().await.as_deref(), Some("minerva"));
        client.post("/logout").await;
        assert_eq!(owner().await, None);
    }
    assert_eq!(store.dump(), "");
}

#[start_runtime::test]
async fn the_index_knows_no_session_that_is_over() {
    let store = Store::start();
    let app = app(Start::new().session(SessionConfig::redis(store.redis())));
    let luna = log_in(&app, "luna", 6).await;
    luna[0].post("/rotate").await;
    luna[1].post("/logout").await;
    luna[2].post("/login/minerva").await;
    let (index, _) =
        store.keys("start:owner:").into_iter().find(|(key, _)| store.ask(&["ZCARD", key])[0] != "1").unwrap();
    assert_eq!(store.ask(&["ZCARD", &index]), ["4"]);
    // As if two were over.
    for key in store.ask(&["ZRANGE", &index, "0", "1"]) {
        store.ask(&["ZADD", &index, "XX", "1", &key]);
    }
    luna[3].post("/visits").await;
    let left: usize = store.ask(&["ZCARD", &index])[0].parse().unwrap();
    assert!((2..=3).contains(&left), "{left}");
}

#[start_runtime::test]
async fn sealed_sessions_cannot_be_ended_and_the_log_says_what_to_do() {
    let config = SessionConfig::new(Secrets::random());
    let client = Client::new(config.clone());
    client.post("/login/luna").await;
    for path in ["/lock-out/luna", "/end-others"] {
        assert_eq!(client.post(path).await.status(), 500, "{path}");
    }
    let error = config.end_sessions_of("luna").await.unwrap_err().to_string();
    assert!(error.contains("SessionConfig::redis"), "{error}");
}
