//! Every form that an argument can have.

#![forbid(unsafe_code)]
#![deny(warnings, clippy::pedantic)]

mod events;
mod extractors;
mod params;

use start_runtime::Start;
use start_runtime::serde_json::Value;
use start_runtime::test::{TestApp, app_with};

/// State that some handlers take.
struct Count(u8);

fn app() -> TestApp {
    app_with(Start::new().data(Count(7)))
}

/// The body of a GET that must succeed.
async fn get(path: &str) -> String {
    let answer = app().get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

/// The problem of a GET that must be refused with a 400.
async fn refused(path: &str) -> Value {
    let answer = app().get(path).await;
    assert_eq!(answer.status(), 400, "{path}");
    answer.json().await.unwrap()
}
