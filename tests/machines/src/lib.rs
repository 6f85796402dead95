//! The routes of a program that runs on several machines.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::{
    Events, LastEventId, RoomEvent, RoomNews, RoomPosition, Rooms, ServerEvent, Session, actix_web, prelude::*,
};

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

/// Work that is done once: it fails, panics, or takes so many milliseconds.
#[api_route(POST, "/once/[id]/[how]")]
async fn once(id: String, how: String, event: APIEvent) -> Result<&'static str, Problem> {
    let done = event.once(&id, work(&how)).await?;
    Ok(if done.is_some() { "done" } else { "done before" })
}

async fn work(how: &str) -> Result<(), Problem> {
    match how {
        "fails" => Err(Problem::new(502)),
        "panics" => panic!("the work panics"),
        milliseconds => {
            tokio::time::sleep(Duration::from_millis(milliseconds.parse().unwrap_or(0))).await;
            Ok(())
        }
    }
}

/// What the members of this machine have heard.
#[derive(Clone)]
pub struct Members {
    rooms: Rooms<String>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Members {
    /// Nobody yet.
    pub fn new(rooms: Rooms<String>) -> Self {
        Self { rooms, heard: Arc::default() }
    }
}

/// Somebody joins, and stays as long as this machine runs.
#[api_route(POST, "/rooms/[room]/join/[who]")]
async fn join(room: String, who: String, members: Data<Members>) -> Result<(), Problem> {
    let mut member = members.rooms.join(&room, who).await?;
    let heard = members.heard.clone();
    actix_web::rt::spawn(async move {
        while let Some(event) = member.next().await {
            heard.lock().unwrap_or_else(PoisonError::into_inner).push(text(&event));
        }
    });
    Ok(())
}

/// Says something.
#[api_route(POST, "/rooms/[room]/say/[text]")]
async fn say(room: String, text: String, members: Data<Members>) -> Result<(), Problem> {
    members.rooms.publish(&room, &text).await?;
    Ok(())
}

/// What happens in a room, as an event stream.
#[api_route(GET, "/rooms/[room]/events")]
async fn events(
    room: String,
    last: LastEventId<RoomPosition>,
    members: Data<Members>,
) -> Result<Events<String>, Problem> {
    let joining = members.rooms.subscribe(&room);
    let member = match last.0 {
        Some(last) => joining.replay_after(Some(last)).await?,
        None => joining.await?,
    };
    Ok(Events::new(member.map(|event| {
        let sent = ServerEvent::text(text(&event));
        match event.position() {
            Some(position) => sent.id(position),
            None => sent,
        }
    })))
}

fn text(event: &RoomEvent<String>) -> String {
    match event.news() {
        RoomNews::Joined(who) => format!("+{who}"),
        RoomNews::Left(who) => format!("-{who}"),
        RoomNews::Message(message) => message.clone(),
        _ => "missed".to_owned(),
    }
}

/// What was heard.
#[api_route(GET, "/rooms/[room]/heard")]
async fn heard(room: String, members: Data<Members>) -> Vec<String> {
    let _ = room;
    members.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Who is there.
#[api_route(GET, "/rooms/[room]/present")]
async fn present(room: String, members: Data<Members>) -> Result<Vec<String>, Problem> {
    Ok(members.rooms.present(&room).await?.into_iter().map(|one| one.who).collect())
}
