//! The routes of a program that runs on several machines.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::{Session, prelude::*};

/// What a session has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Login {
    /// Who is logged in.
    #[serde(default)]
    pub user: Option<String>,
    /// How often something was counted.
    #[serde(default)]
    pub visits: u32,
}

/// Who is logged in.
#[api_route("/me")]
async fn GET(session: Session<Login>) -> Login {
    session.clone()
}

/// Logs in, with a new id.
#[api_route(POST, "/login/[user]")]
async fn log_in(user: String, mut session: Session<Login>) {
    session.set_owner(&user);
    session.update(|login| login.user = Some(user));
    session.rotate();
}

/// Ends the session and begins another one in the same request.
#[api_route(POST, "/login/[user]/anew")]
async fn log_in_anew(user: String, mut session: Session<Login>) {
    session.clear();
    session.update(|login| login.user = Some(user));
}

/// Logs out.
#[api_route(POST, "/logout")]
async fn log_out(mut session: Session<Login>) {
    session.clear();
}

/// Gives the session another id.
#[api_route(POST, "/rotate")]
async fn rotate(mut session: Session<Login>) {
    session.rotate();
}

/// Counts.
#[api_route(POST, "/visits")]
async fn visit(mut session: Session<Login>) -> u32 {
    session.update(|login| login.visits += 1);
    session.visits
}

/// Reads the session, waits so many milliseconds, and counts.
#[api_route(POST, "/visits/slowly/[wait]")]
async fn visit_slowly(wait: u64, mut session: Session<Login>) -> u32 {
    tokio::time::sleep(Duration::from_millis(wait)).await;
    session.update(|login| login.visits += 1);
    session.visits
}

/// Reads the session, waits so many milliseconds, and gives it another id.
#[api_route(POST, "/rotate/slowly/[wait]")]
async fn rotate_slowly(wait: u64, mut session: Session<Login>) {
    tokio::time::sleep(Duration::from_millis(wait)).await;
    session.rotate();
}

/// Ends all sessions of a user.
#[api_route(POST, "/lock-out/[user]")]
async fn lock_out(user: String, event: APIEvent) -> Result<u64, Problem> {
    event.end_sessions_of(&user).await
}

/// Ends all other sessions of the user.
#[api_route(POST, "/end-others")]
async fn end_others(session: Session<Login>) -> Result<u64, Problem> {
    session.end_others().await
}

/// Says whose session it is.
#[api_route(GET, "/owner")]
async fn owner(session: Session<Login>) -> Option<String> {
    session.owner()
}

/// Five in two seconds.
#[api_route(GET, "/limited", rate_limit = "5 / 2s")]
async fn limited() -> &'static str {
    "passed"
}

/// Three in 300 ms, by a key.
#[api_route(GET, "/limited/[key]", rate_limit = "3 / 300ms", rate_limit_by = key)]
async fn limited_by(key: String) -> String {
    key
}

async fn key(event: APIEvent) -> Option<String> {
    event.params.get("key").map(str::to_owned)
}

/// Needs nothing.
#[api_route(GET, "/plain")]
async fn plain() -> &'static str {
    "plain"
}
