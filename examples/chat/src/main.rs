//! A small room with history and presence: `cargo run -p chat`, then two tabs of `http://127.0.0.1:3000`, one of them with
//! `?by=ws`.
//!
//! A room is the same by both ways: an event stream and a POST, or a WebSocket. A tab whose connection breaks comes again
//! with the id of the last event that it has seen, and reads what was kept behind it. With `REDIS_URL`, several of these
//! programs share their rooms.

mod news;

use std::pin::pin;
use std::{env, io};

use futures_util::future::{Either, select};
use futures_util::{StreamExt as _, stream};
use start_runtime::prelude::*;
use start_runtime::{
    Close, CloseCode, Events, LastEventId, MemoryRooms, Redis, RedisRooms, RoomMember, RoomPosition, Rooms, Socket,
    SocketSender,
};

use news::{Piece, Said, Told};

/// How many messages a room keeps.
const HISTORY: usize = 100;

/// Longest name and longest text, in characters.
const LONGEST_NAME: usize = 40;
const LONGEST_TEXT: usize = 2000;

/// What happens in a room: who is there, what was said before, and then all that happens.
#[api_route("/api/rooms/[room]/events")]
async fn GET(
    room: String,
    Query(visitor): Query<Visitor>,
    rooms: Data<Rooms<Said>>,
    LastEventId(last): LastEventId<RoomPosition>,
) -> Result<Events<Piece>, Problem> {
    let (member, present) = join(&rooms, &room, visitor.name, last).await?;
    Ok(Events::new(stream::once(async { present.event() }).chain(member.map(|event| news::event(&event)))))
}

/// Who looks into a room.
#[derive(serde::Deserialize, JsonSchema)]
struct Visitor {
    name: String,
}

/// Says something.
#[api_route(POST, "/api/rooms/[room]/messages")]
async fn say(room: String, rooms: Data<Rooms<Said>>, Json(said): Json<Said>) -> Result<StatusCode, Problem> {
    publish(&rooms, &room, said).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Both in one: what happens in a room, and what is said there.
///
/// A message of the client that the room has taken comes back to it, as to all others. One that it has not is told by the
/// event `refused`.
#[ws_route("/api/rooms/[room]/socket")]
async fn socket(
    socket: Socket<Said, Told>,
    room: String,
    Query(visitor): Query<SocketVisitor>,
    rooms: Data<Rooms<Said>>,
) -> Result<(), Problem> {
    // Whoever sends an id that is none begins anew, as with event streams.
    let last = visitor.last.and_then(|last| last.parse().ok());
    let (mut member, present) = join(&rooms, &room, visitor.name, last).await?;
    let (sender, mut receiver) = socket.into_inner().split();
    sender.send(present.text()).await?;
    loop {
        let (news, said) = (pin!(member.next()), pin!(receiver.next_json()));
        match select(news, said).await {
            Either::Left((Some(event), _)) => sender.send(news::text(&event)).await?,
            Either::Left((None, _)) => Err(Close::because(CloseCode::TRY_AGAIN, "too much was left unread"))?,
            Either::Right((Some(said), _)) => take(&rooms, &room, said, &sender).await?,
            Either::Right((None, _)) => return Ok(()),
        }
    }
}

/// Who looks into a room by a socket. Browsers send no headers of the page's own along with one, so the id is here.
#[derive(serde::Deserialize, JsonSchema)]
struct SocketVisitor {
    name: String,
    /// The id of the last event that the client has seen.
    last: Option<String>,
}

/// Publishes what a client of a socket says, or tells it why not.
async fn take(rooms: &Rooms<Said>, room: &str, said: Said, sender: &SocketSender) -> Result<(), Problem> {
    let key = said.key.clone();
    if let Err(problem) = publish(rooms, room, said).await {
        sender.send(Told::refused(key, &problem).text()).await?;
    }
    Ok(())
}

async fn join(
    rooms: &Rooms<Said>,
    room: &str,
    name: String,
    last: Option<RoomPosition>,
) -> Result<(RoomMember<Said>, Told), Problem> {
    let member = rooms.join(room, within(name, LONGEST_NAME)?).replay_after(last).await?;
    let present = Told::present(rooms.present(room).await?);
    Ok((member, present))
}

async fn publish(rooms: &Rooms<Said>, room: &str, said: Said) -> Result<(), Problem> {
    let Said { name, text, key } = said;
    let (name, text, key) = (within(name, LONGEST_NAME)?, within(text, LONGEST_TEXT)?, within(key, LONGEST_NAME)?);
    rooms.publish(room, &Said { name, text, key }).await?;
    Ok(())
}

/// Refuses what is empty or too long.
fn within(text: String, most: usize) -> Result<String, Problem> {
    let length = text.trim().chars().count();
    if (1..=most).contains(&length) {
        return Ok(text);
    }
    Err(Problem::new(422).with_detail(format!("a text of {length} characters, where 1 to {most} may be")))
}

/// The rooms of this process, or those of all that have the same Redis.
fn rooms() -> io::Result<Rooms<Said>> {
    Ok(match env::var_os("REDIS_URL") {
        Some(_) => Rooms::over(RedisRooms::new(Redis::from_env()?).history(HISTORY)),
        None => Rooms::over(MemoryRooms::new().history(HISTORY)),
    })
}

fn main() -> io::Result<()> {
    let web = env::var_os("WEB").unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/web").into());
    Start::new().data(rooms()?).pages(web).run()
}
