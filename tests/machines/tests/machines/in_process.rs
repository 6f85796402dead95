//! Browsers of programs that run in the test itself.

use std::cell::RefCell;

use machines::Login;
use start_runtime::test::{self, TestApp};
use start_runtime::{FetchResponse, SessionConfig, prelude::*};

/// A browser with one cookie.
pub struct Client {
    app: TestApp,
    pub cookie: RefCell<Option<String>>,
}

impl Client {
    pub fn new(config: SessionConfig) -> Self {
        Self::of(&app(Start::new().session(config)))
    }

    /// Another browser.
    pub fn of(app: &TestApp) -> Self {
        Self { app: app.clone(), cookie: RefCell::default() }
    }

    /// One with the same cookie, which asks at the same time.
    pub fn tab(&self) -> Self {
        Self { app: self.app.clone(), cookie: self.cookie.clone() }
    }

    pub async fn post(&self, path: &str) -> FetchResponse {
        let answer = self.ask("POST", path).await;
        self.take(&answer);
        answer
    }

    pub async fn user(&self) -> Option<String> {
        self.me().await.user
    }

    pub async fn me(&self) -> Login {
        let answer = self.ask("GET", "/me").await;
        self.take(&answer);
        answer.json().await.unwrap()
    }

    /// Without taking the cookies of the answer.
    pub async fn ask(&self, method: &str, path: &str) -> FetchResponse {
        let request = self.app.request(method.parse().unwrap(), path);
        let cookie = self.cookie.borrow().clone();
        match cookie {
            Some(cookie) => request.header("cookie", cookie).await,
            None => request.await,
        }
    }

    pub fn take(&self, answer: &FetchResponse) {
        for value in answer.headers().get_all("set-cookie") {
            let value = value.to_str().unwrap();
            let is_deleted = value.contains("; Max-Age=0");
            *self.cookie.borrow_mut() = (!is_deleted).then(|| value.split(';').next().unwrap().to_owned());
        }
    }

    /// The id in the cookie.
    pub fn id(&self) -> Option<String> {
        Some(self.cookie.borrow().as_ref()?.split_once('=')?.1.to_owned())
    }
}

/// The program, asked as by a page of its own.
pub fn app(start: Start) -> TestApp {
    test::app_with(start).with_header("sec-fetch-site", "same-origin")
}
