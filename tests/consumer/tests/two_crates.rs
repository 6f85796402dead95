//! Routes of a library crate answer beside those of the crate under test.

#![forbid(unsafe_code)]
#![deny(warnings, clippy::pedantic)]

use consumer as _;
use consumer_routes::Owl;
use start_runtime::Start;
use start_runtime::test::{app, app_with};

#[start_runtime::test]
async fn a_mention_brings_all_routes_of_a_crate() {
    let app = app();
    assert_eq!(app.get("/library/greeting").await.text().await.unwrap(), "hello from the library");
    assert_eq!(app.get("/library").await.text().await.unwrap(), "<h1>Library</h1>");
    assert_eq!(app.get("/hostile/call").await.status(), 200);
}

#[start_runtime::test]
async fn handlers_of_nested_modules_share_the_prefix() {
    let app = app();
    let owls: Vec<Owl> = app.get("/library/owls").await.json().await.unwrap();
    assert_eq!(owls, [Owl { name: "Hedwig".into() }]);
    let adopted = app.post("/library/owls").json(&Owl { name: "Errol".into() }).await;
    assert_eq!(adopted.status(), 201);
    assert_eq!(adopted.json::<Owl>().await.unwrap().name, "Errol");
    assert_eq!(app.delete("/library/owls/Hedwig").await.status(), 204);
    assert_eq!(app.delete("/library/owls/Errol").await.status(), 404);
}

#[start_runtime::test]
async fn routes_of_other_crates_can_be_kept_out() {
    let app = app_with(Start::new().only_crates(["consumer"]));
    assert_eq!(app.get("/library/greeting").await.status(), 404);
    assert_eq!(app.get("/hostile/call").await.status(), 200);
}
