//! Who shares a session: all of one request, types that look at one, cookies of their own, requests at the same time.

use serde::{Deserialize, Serialize};
use start_runtime::{prelude::*, test};

use crate::{Client, Login, config, set};

#[derive(Clone, Default, Serialize, Deserialize)]
struct Theme {
    theme: Option<String>,
}

#[api_route(POST, "/sharing/theme/[theme]")]
async fn theme(theme: String, event: APIEvent) -> Result<(), Problem> {
    event.session::<Theme>().await?.update(|data| data.theme = Some(theme).filter(|theme| theme != "none"));
    Ok(())
}

#[api_route(GET, "/sharing/theme")]
async fn current_theme(event: APIEvent) -> Result<Option<String>, Problem> {
    Ok(event.session::<Theme>().await?.theme.clone())
}

#[derive(Default, Serialize, Deserialize)]
struct Incompatible {
    user: u64,
}

#[api_route(GET, "/sharing/incompatible")]
async fn incompatible(event: APIEvent) -> Result<u64, Problem> {
    Ok(event.session::<Incompatible>().await?.user)
}

#[api_route(POST, "/sharing/incompatible")]
async fn make_incompatible(event: APIEvent) -> Result<(), Problem> {
    event.session::<Incompatible>().await?.update(|data| data.user = 7);
    Ok(())
}

#[start_runtime::test]
async fn two_types_look_at_one_session_and_leave_each_other_alone() {
    let client = Client::new(config());
    client.post("/sharing/theme/dark").await;
    client.post("/session/luna").await;
    assert_eq!(client.user().await.as_deref(), Some("luna"));
    assert_eq!(client.get("/sharing/theme").await.text().await.unwrap(), "dark");
    client.post("/sharing/theme/none").await;
    assert_eq!(client.user().await.as_deref(), Some("luna"));
    assert_eq!(client.get("/sharing/theme").await.status(), 404);
}

#[start_runtime::test]
async fn data_of_another_shape_counts_as_empty_and_is_replaced() {
    let client = Client::new(config());
    client.post("/session/luna").await;
    assert_eq!(client.get("/sharing/incompatible").await.json::<u64>().await.unwrap(), 0);
    assert_eq!(client.user().await.as_deref(), Some("luna"), "reading it changes nothing");
    client.post("/sharing/incompatible").await;
    assert_eq!(client.get("/sharing/incompatible").await.json::<u64>().await.unwrap(), 7);
    assert_eq!(client.user().await, None);
    client.post("/session/luna").await;
    assert_eq!(client.user().await.as_deref(), Some("luna"));
}

#[derive(Clone, Default, Serialize, Deserialize)]
struct Cart {
    books: Vec<u32>,
}

#[api_route("/sharing/cart")]
mod cart {
    use super::*;

    async fn GET(event: APIEvent) -> Result<Vec<u32>, Problem> {
        Ok(event.session_in::<Cart>("cart").await?.books.clone())
    }

    async fn POST(event: APIEvent) -> Result<(), Problem> {
        event.session_in::<Cart>("cart").await?.update(|cart| cart.books.push(7));
        event.session::<Login>().await?.update(|login| login.visits += 1);
        Ok(())
    }

    async fn DELETE(event: APIEvent) -> Result<(), Problem> {
        event.session_in::<Cart>("cart").await?.clear();
        Ok(())
    }
}

#[start_runtime::test]
async fn sessions_in_two_cookies_do_not_know_each_other() {
    let app = test::app_with(Start::new().session(config()).session(config().cookie("cart")));
    let client = Client::of(&app);
    client.post("/session/luna").await;
    assert_eq!(set(&client.post("/sharing/cart").await).len(), 2);
    assert_eq!(client.get("/sharing/cart").await.json::<Vec<u32>>().await.unwrap(), [7]);
    assert_eq!(client.user().await.as_deref(), Some("luna"));
    client.send("DELETE", "/sharing/cart").await;
    assert_eq!((client.cookie("cart"), client.user().await.as_deref()), (None, Some("luna")));

    // By the same secret: each opens under its own name only.
    client.post("/sharing/cart").await;
    let (session, cart) = (client.cookie("session").unwrap(), client.cookie("cart").unwrap());
    client.set_cookie("session", cart);
    client.set_cookie("cart", session);
    assert_eq!(client.user().await, None);
    assert_eq!(client.get("/sharing/cart").await.json::<Vec<u32>>().await.unwrap(), [0; 0]);

    let only_one = Client::new(config());
    assert_eq!(only_one.get("/sharing/cart").await.status(), 500);
}

#[api_route(POST, "/sharing/tasks")]
async fn tasks(event: APIEvent) -> Result<u32, Problem> {
    let one = |event: APIEvent| {
        actix_web::rt::spawn(async move {
            let mut session = event.session::<Login>().await?;
            for _ in 0..10 {
                session.update(|login| login.visits += 1);
                actix_web::rt::task::yield_now().await;
            }
            Ok::<_, Problem>(())
        })
    };
    let all: Vec<_> = (0..5).map(|_| one(event.clone())).collect();
    for task in all {
        task.await??;
    }
    Ok(event.session::<Login>().await?.visits)
}

#[start_runtime::test]
async fn all_that_ask_in_one_request_share_its_session() {
    let client = Client::new(config());
    let answer = client.post("/sharing/tasks").await;
    assert_eq!(set(&answer).len(), 1);
    assert_eq!(answer.json::<u32>().await.unwrap(), 50);
    assert_eq!(client.post("/sharing/tasks").await.json::<u32>().await.unwrap(), 100);
}

/// What is promised of requests at the same time: each works on the session that it came with, and the browser keeps the
/// session of the answer that comes last, whole.
#[start_runtime::test]
async fn of_requests_at_the_same_time_the_last_answer_wins_whole() {
    let client = Client::new(config());
    client.post("/session/luna").await;
    let before = client.cookie("session").unwrap();
    let login = client.post("/session/minerva").await;
    client.set_cookie("session", before);
    let theme = client.post("/sharing/theme/dark").await;

    let keep = |answer: &start_runtime::FetchResponse| {
        let pair = set(answer)[0].split(';').next().unwrap().split_once('=').unwrap().1.to_owned();
        client.set_cookie("session", pair);
    };
    keep(&login);
    assert_eq!(client.user().await.as_deref(), Some("minerva"));
    assert_eq!(client.get("/sharing/theme").await.status(), 404);
    keep(&theme);
    assert_eq!(client.user().await.as_deref(), Some("luna"));
    assert_eq!(client.get("/sharing/theme").await.text().await.unwrap(), "dark");
}

#[start_runtime::test]
async fn many_clients_at_once_keep_to_themselves() {
    let app = test::app_with(Start::new().session(config()));
    app.get("/session").await;
    let tasks: Vec<_> = (0..50)
        .map(|number| {
            let client = Client::of(&app);
            actix_web::rt::spawn(async move {
                client.post(&format!("/session/user-{number}")).await;
                for _ in 0..5 {
                    client.post("/sharing/tasks").await;
                    assert_eq!(client.user().await, Some(format!("user-{number}")));
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}
