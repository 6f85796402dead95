//! Who there is, and the functions that find out who is asking.

use std::cell::Cell;
use std::collections::HashMap;

use start_runtime::prelude::*;
use start_runtime::test::{self, TestApp};

/// A database of tokens. Each look-up is counted.
pub struct Accounts {
    names: HashMap<&'static str, &'static str>,
    is_down: bool,
}

#[derive(Debug)]
pub struct Down;

impl std::fmt::Display for Down {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the database is down")
    }
}

impl std::error::Error for Down {}

thread_local! {
    static LOOKUPS: Cell<usize> = const { Cell::new(0) };
}

pub fn lookups() -> usize {
    LOOKUPS.replace(0)
}

impl Accounts {
    pub fn new(is_down: bool) -> Self {
        Self { names: HashMap::from([("good", "harry"), ("head", "minerva"), ("old", "expired")]), is_down }
    }

    pub async fn find(&self, token: &str) -> Result<Option<&'static str>, Down> {
        LOOKUPS.set(LOOKUPS.get() + 1);
        if self.is_down { Err(Down) } else { Ok(self.names.get(token).copied()) }
    }
}

pub fn app() -> TestApp {
    test::app_with(Start::new().data(Accounts::new(false)))
}

pub fn app_without_database() -> TestApp {
    test::app_with(Start::new().data(Accounts::new(true)))
}

#[derive(Clone, Debug)]
pub struct User(pub &'static str);

/// Refuses everything itself.
#[extractor(security = bearer("token"))]
pub async fn current_user(event: APIEvent, accounts: Data<Accounts>) -> Result<User, Problem> {
    let Some(token) = event.request.bearer_token()? else {
        return Err(Problem::unauthorized("who is asking?").header("WWW-Authenticate", "Bearer"));
    };
    match accounts.find(token).await? {
        Some("expired") => Err(Problem::unauthorized("the token is expired")),
        Some(name) => Ok(User(name)),
        None => Err(Problem::unauthorized("no such token")),
    }
}

/// Not `Clone`: found again for each that asks.
pub struct Member(pub &'static str);

/// Leaves it to Start to refuse who is nobody.
#[extractor(security = bearer("token"))]
pub async fn member(event: APIEvent, accounts: Data<Accounts>) -> Result<Option<Member>, Problem> {
    let Some(token) = event.request.bearer_token()? else { return Ok(None) };
    Ok(accounts.find(token).await?.filter(|name| *name != "expired").map(Member))
}

/// Built on another one, and only a guard.
#[extractor(responses(403 = "Not the head"))]
pub async fn require_head(user: User) -> Result<(), Problem> {
    if user.0 == "minerva" { Ok(()) } else { Err(Problem::forbidden("for the head only")) }
}
