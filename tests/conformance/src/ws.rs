//! WebSockets: `clients/streams/ws.mjs`. The limit of a message is that of every program, 64 KiB.

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use futures_util::future::{Either, select};
use serde::{Deserialize, Serialize};
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::serde_json::{Number, Value, json};
use start_runtime::{
    Close, CloseCode, CloseReason, Message, RoomEvent, RoomNews, Rooms, Socket, SocketClosed, prelude::*,
};

/// Sends each message back.
#[ws_route("/ws/echo", protocols = ["chat.v2", "chat.v1"])]
async fn echo(mut socket: WebSocket) -> Result<(), SocketClosed> {
    while let Some(message) = socket.next().await {
        socket.send(message).await?;
    }
    Ok(())
}

#[derive(Deserialize, JsonSchema)]
struct Add {
    add: [Number; 2],
}

#[derive(Serialize, JsonSchema)]
struct Sum {
    sum: Value,
}

/// Adds two numbers.
#[ws_route("/ws/json")]
async fn add(mut socket: Socket<Add, Sum>) -> Result<(), SocketClosed> {
    while let Some(Add { add: [one, other] }) = socket.next().await {
        socket.send(&Sum { sum: sum(&one, &other) }).await?;
    }
    Ok(())
}

/// Whole numbers stay whole.
fn sum(one: &Number, other: &Number) -> Value {
    let whole = one.as_i64().zip(other.as_i64()).and_then(|(one, other)| one.checked_add(other));
    match (whole, one.as_f64(), other.as_f64()) {
        (Some(sum), ..) => json!(sum),
        (None, Some(one), Some(other)) => json!(one + other),
        _ => Value::Null,
    }
}

/// How the client wants the socket closed.
struct Goodbye(Close);

#[extractor]
async fn goodbye(event: APIEvent) -> Result<Goodbye, Problem> {
    let query = event.request.search_params();
    let refused = |refused: &dyn std::fmt::Display| Problem::bad_request(refused.to_string());
    let close = match (query.get("code"), query.get("reason")) {
        (Some(code), reason) => {
            let code = code.parse().map_err(|error| refused(&format!("{code:?} is no code: {error}")))?;
            let reason = CloseReason::new(reason.unwrap_or_default()).map_err(|error| refused(&error))?;
            Close::with_reason(CloseCode::new(code).map_err(|error| refused(&error))?, reason)
        }
        (None, None) => Close::without_code(),
        (None, Some(_)) => return Err(Problem::bad_request("a reason stands beside a code")),
    };
    Ok(Goodbye(close))
}

/// Closes at once.
#[ws_route("/ws/close")]
async fn close(socket: WebSocket, goodbye: Goodbye) {
    socket.close(goodbye.0);
}

/// How many silent sockets are open.
static OPEN: AtomicUsize = AtomicUsize::new(0);

/// A socket that is open.
struct OneOpen;

impl OneOpen {
    fn new() -> Self {
        OPEN.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for OneOpen {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Says nothing, and takes no notice of what is said.
#[ws_route("/ws/silent")]
async fn silent(mut socket: WebSocket) {
    let _open = OneOpen::new();
    socket.ping(Duration::from_millis(1800), Duration::from_secs(4));
    while socket.next().await.is_some() {}
}

#[derive(Serialize, JsonSchema)]
struct Open {
    open: usize,
}

/// How many silent sockets are open.
#[api_route(GET, "/ws/open")]
async fn open() -> Open {
    Open { open: OPEN.load(Ordering::SeqCst) }
}

/// What a member says.
#[derive(Serialize, Deserialize)]
struct Said {
    from: String,
    text: String,
}

static ROOMS: LazyLock<Rooms<Said>> = LazyLock::new(Rooms::new);

/// The name of a member.
struct Name(String);

#[extractor]
async fn name(event: APIEvent) -> Result<Name, Problem> {
    let query = event.request.search_params();
    match query.get("name") {
        Some(name) if (1..=64).contains(&name.chars().count()) => Ok(Name(name.to_owned())),
        _ => Err(Problem::bad_request("a name has 1 to 64 characters")),
    }
}

/// A room of a chat. Who does not read is dropped.
#[ws_route("/ws/room/[room]")]
async fn room(socket: WebSocket, room: String, Name(name): Name) -> Result<(), Problem> {
    let mut member = ROOMS.join(&room, name.clone()).await?;
    let dropped = member.dropped();
    let (sender, mut receiver) = socket.split();
    let out = async {
        while let Some(event) = member.next().await {
            sender.send(event.once(written)).await?;
        }
        Ok::<(), Problem>(())
    };
    let into = async {
        while let Some(message) = receiver.next().await {
            let Message::Text(text) = message else {
                return Err(Close::because(CloseCode::UNSUPPORTED, "messages are text").into());
            };
            ROOMS.publish(&room, &Said { from: name.clone(), text }).await?;
        }
        Ok(())
    };
    let full = async {
        dropped.await;
        Err(Close::because(CloseCode::TRY_AGAIN, "256 messages are unread").into())
    };
    let (out, into, full) = (pin!(out), pin!(into), pin!(full));
    match select(out, select(into, full)).await {
        Either::Left((done, _)) | Either::Right((Either::Left((done, _)) | Either::Right((done, _)), _)) => done,
    }
}

/// What all members are sent, written once.
fn written(event: &RoomEvent<Said>) -> Arc<str> {
    let text = match event.news() {
        RoomNews::Joined(name) => json!({ "joined": name }),
        RoomNews::Left(name) => json!({ "left": name }),
        RoomNews::Message(said) => json!(said),
        _ => json!({}),
    };
    text.to_string().into()
}
