//! A small room with history and presence: `cargo run -p chat`, then two tabs of `http://127.0.0.1:3000`.
//!
//! What happens in a room is an event stream: `GET /api/rooms/[room]/events`. What somebody says is a POST. A tab whose
//! stream breaks connects again with the id of the last event that it has seen, and reads what was kept behind it.

use std::{env, io};

use futures_util::StreamExt as _;
use start_runtime::prelude::*;
use start_runtime::{Events, LastEventId, MemoryRooms, Present, RoomEvent, RoomNews, RoomPosition, Rooms, ServerEvent};

/// How many messages a room keeps.
const HISTORY: usize = 100;

/// Longest name and longest text, in characters.
const LONGEST_NAME: usize = 40;
const LONGEST_TEXT: usize = 2000;

/// What somebody has said.
#[derive(Clone, serde::Serialize, serde::Deserialize, JsonSchema)]
struct Said {
    name: String,
    text: String,
    /// Chosen by the sender. A tab that does not know whether its message has arrived sends it again, with the same key.
    key: String,
}

/// The data of an event.
#[derive(serde::Serialize, JsonSchema)]
#[serde(untagged)]
enum Piece {
    /// The event `message`.
    Message(Said),
    /// The events `joined` and `left`.
    Name(String),
    /// The event `present`: who is there.
    Names(Vec<String>),
}

/// What happens in a room: who is there, what was said before, and then all that happens.
#[api_route("/api/rooms/[room]/events")]
async fn GET(
    room: String,
    Query(visitor): Query<Visitor>,
    rooms: Data<Rooms<Said>>,
    LastEventId(last): LastEventId<RoomPosition>,
) -> Result<Events<Piece>, Problem> {
    let member = rooms.join(&room, within(visitor.name, LONGEST_NAME)?).replay_after(last).await?;
    let present = rooms.present(&room).await?.into_iter().map(|Present { who, .. }| who).collect();
    let present = ServerEvent::json(Piece::Names(present)).event("present");
    let news = member.map(|event| event.once(|event| sent(event).shared()));
    Ok(Events::new(futures_util::stream::once(async { present }).chain(news)))
}

/// Who looks into a room.
#[derive(serde::Deserialize, JsonSchema)]
struct Visitor {
    name: String,
}

/// Something that happened, as all members get it.
fn sent(event: &RoomEvent<Said>) -> ServerEvent<Piece> {
    let sent = match event.news() {
        RoomNews::Message(said) => ServerEvent::json(Piece::Message(said.clone())).event("message"),
        RoomNews::Joined(who) => ServerEvent::json(Piece::Name(who.clone())).event("joined"),
        RoomNews::Left(who) => ServerEvent::json(Piece::Name(who.clone())).event("left"),
        _ => ServerEvent::json(Piece::Name(String::new())).event("missed"),
    };
    match event.position() {
        Some(position) => sent.id(position),
        None => sent,
    }
}

/// Says something.
#[api_route(POST, "/api/rooms/[room]/messages")]
async fn say(room: String, rooms: Data<Rooms<Said>>, Json(said): Json<Said>) -> Result<StatusCode, Problem> {
    let Said { name, text, key } = said;
    let (name, text, key) = (within(name, LONGEST_NAME)?, within(text, LONGEST_TEXT)?, within(key, LONGEST_NAME)?);
    rooms.publish(&room, &Said { name, text, key }).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Refuses what is empty or too long.
fn within(text: String, most: usize) -> Result<String, Problem> {
    let length = text.trim().chars().count();
    if (1..=most).contains(&length) {
        return Ok(text);
    }
    Err(Problem::new(422).with_detail(format!("a text of {length} characters, where 1 to {most} may be")))
}

fn main() -> io::Result<()> {
    let web = env::var_os("WEB").unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/web").into());
    let rooms = Rooms::<Said>::over(MemoryRooms::new().history(HISTORY));
    Start::new().data(rooms).pages(web).run()
}
