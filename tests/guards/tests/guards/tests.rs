//! Tests that say who is asking, and functions that are called as they are.

use start_runtime::prelude::*;
use start_runtime::test;

use crate::accounts::{Accounts, User, app, current_user, lookups, require_head};

#[start_runtime::test]
async fn a_test_says_who_is_asking() {
    let app = app();
    lookups();
    let (harry, minerva) = (app.with(User("harry")), app.with(User("minerva")));
    assert_eq!(harry.get("/guards/plain/7").await.text().await.unwrap(), "harry 7");
    assert_eq!(minerva.get("/guards/plain/7").await.text().await.unwrap(), "minerva 7");
    assert_eq!(harry.get("/guards/plain-option/7").await.text().await.unwrap(), "harry 7");
    assert_eq!(harry.get("/guards/plain-guard/7").await.text().await.unwrap(), "in 7");
    assert_eq!(minerva.get("/guards/head").await.text().await.unwrap(), "minerva true");
    assert_eq!(harry.get("/guards/head").await.status(), 403);
    assert_eq!(lookups(), 0);
    assert_eq!(app.get("/guards/plain/7").await.status(), 401);
    // What is fetched is asked by nobody, unless credentials are passed on.
    assert_eq!(harry.get("/guards/fetching?with=no").await.text().await.unwrap(), "401");
    assert_eq!(harry.get("/guards/fetching?with=yes").await.text().await.unwrap(), "200");
}

mod fetching {
    use super::*;

    #[api_route("/guards/fetching")]
    async fn GET(event: APIEvent) -> Result<String, Problem> {
        let request = event.fetch("/guards/plain/7");
        let request = if event.request.query_string() == "with=yes" { request.forward_credentials() } else { request };
        Ok(request.await?.status().as_u16().to_string())
    }
}

#[start_runtime::test]
async fn an_extractor_stays_a_function() {
    let event = test::event("/").header("authorization", "Bearer good").build();
    let user = current_user(event, Data::new(Accounts::new(false))).await.unwrap();
    assert_eq!(user.0, "harry");
    assert!(require_head(user).await.is_err());
}
