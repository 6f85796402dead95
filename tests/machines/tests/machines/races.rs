//! Requests of one session at the same time.

use futures_util::future::{join, join_all};
use start_runtime::SessionConfig;

use crate::in_process::Client;
use crate::store::Store;

async fn logged_in(store: &Store) -> Client {
    let client = Client::new(SessionConfig::redis(store.redis()));
    client.post("/login/luna").await;
    client
}

#[start_runtime::test]
async fn the_last_write_wins_whole() {
    let store = Store::start();
    let client = logged_in(&store).await;
    let tabs: Vec<Client> = (0..20).map(|_| client.tab()).collect();
    let answers = join_all(tabs.iter().map(|tab| tab.post("/visits/slowly/50"))).await;
    assert!(answers.iter().all(|answer| answer.status() == 200));
    let me = client.me().await;
    assert_eq!((me.user.as_deref(), me.visits), (Some("luna"), 1), "each began with what was there");
    for expected in 2..=5 {
        client.post("/visits").await;
        assert_eq!(client.me().await.visits, expected, "one after another, none is lost");
    }
}

#[start_runtime::test]
async fn what_one_request_has_ended_no_other_revives() {
    let store = Store::start();
    for slow in ["/visits/slowly/200", "/rotate/slowly/200"] {
        for end in ["/logout", "/lock-out/luna"] {
            let client = logged_in(&store).await;
            let (late, early) = (client.tab(), client.tab());
            let quick = async {
                pause(50).await;
                early.post(end).await
            };
            let (answer, ended) = join(late.ask("POST", slow), quick).await;
            assert_eq!(ended.status().as_u16() / 100, 2, "{end}");
            assert_eq!((answer.status().as_u16() / 100, answer.header("set-cookie")), (2, None), "{slow} {end}");
            late.take(&answer);
            assert_eq!((late.user().await, client.user().await), (None, None), "{slow} {end}");
            assert_eq!(store.keys("start:session:").len(), 0, "{slow} {end}");
        }
    }
}

#[start_runtime::test]
async fn a_late_answer_does_not_take_back_a_new_id() {
    let store = Store::start();
    for slow in ["/visits/slowly/200", "/rotate/slowly/200"] {
        let client = logged_in(&store).await;
        let before = client.id();
        let late = client.tab();
        let quick = async {
            pause(50).await;
            client.post("/rotate").await
        };
        let (answer, _) = join(late.ask("POST", slow), quick).await;
        // The same browser gets both answers, this one last.
        client.take(&answer);
        assert_ne!(client.id(), before);
        assert_eq!(client.user().await.as_deref(), Some("luna"), "{slow}");
        assert_eq!(store.keys("start:session:").len(), 1, "the old id and a second new one are nothing");
        client.post("/logout").await;
    }
}

#[start_runtime::test]
async fn a_session_that_begins_anew_does_not_depend_on_the_one_before() {
    let store = Store::start();
    let client = logged_in(&store).await;
    let other = client.tab();
    client.post("/logout").await;
    other.post("/login/minerva/anew").await;
    assert_eq!(other.user().await.as_deref(), Some("minerva"));
    other.post("/login/filius/anew").await;
    assert_eq!(other.user().await.as_deref(), Some("filius"));
    assert_eq!(store.keys("start:session:").len(), 1);
}

#[start_runtime::test]
async fn the_old_id_is_nothing_after_a_rotation() {
    let store = Store::start();
    let client = logged_in(&store).await;
    let old = client.tab();
    client.post("/rotate").await;
    assert_eq!((old.user().await, client.user().await.as_deref()), (None, Some("luna")));
    assert_eq!(store.keys("start:session:").len(), 1);
}

async fn pause(milliseconds: u64) {
    tokio::time::sleep(std::time::Duration::from_millis(milliseconds)).await;
}
