//! WebSockets (RFC 6455): `#[ws_route("/api/chat/[room]")] async fn chat(socket: WebSocket, room: String)`.
//!
//! # Layout
//! | file | what it does |
//! |---|---|
//! | `handshake`, `origin` | which requests may become sockets |
//! | `answer` | what generated code calls: the handshake, the arguments, the 101 |
//! | `task` | one task per socket: the handler and its connection, polled together |
//! | `connection/` | the bytes: frames in and out, pings, and the ways in which a connection ends |
//! | `frame/` | bytes to messages and back, without any I/O: the rules of the protocol |
//! | `shared` | what the task and the handles of the handler share |
//! | `socket`, `typed`, `message`, `close` | what the handler works with |
//!
//! # Invariants
//! - A handler is dropped within a second of its client's leaving, and when the server stops.
//! - After a close frame was sent, nothing is sent; after one was received, nothing is handled.
//! - All that is held for a socket is bounded: one message, what the handler has not taken, what the client has not read.
//! - A socket that waits holds no buffer.

mod answer;
mod close;
mod connection;
mod documented;
mod frame;
mod handshake;
mod message;
mod origin;
mod settings;
mod shared;
mod socket;
mod task;
mod typed;

use crate::base::StartError;
use crate::kernel::{Capability, Opening, Settings};
pub use answer::{SocketOptions, checked_end, run_socket};
pub use close::{Close, CloseCode, CloseReason, IllegalClose};
pub use documented::describe_socket;
pub use frame::{Event, Fault, Reader};
pub use message::{Message, Payload};
pub use settings::Sockets;
pub use shared::{SocketClosed, SocketEnd};
pub use socket::{SocketReceiver, SocketSender, WebSocket};
pub use typed::Socket;

pub const CAPABILITY: Capability = Capability { open, command: None };

fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    let sockets = settings.take::<Sockets>().unwrap_or_default();
    if let Some(origin) = sockets.origins.iter().find(|origin| !origin::is_origin(origin)) {
        return Err(StartError::new(format!(
            "`sockets`: `origin({origin:?})`: write scheme and host, as browsers do, such as `https://app.example`"
        )));
    }
    if sockets.ping_every.is_zero() || sockets.ping_timeout.is_zero() {
        return Err(StartError::new(
            "`sockets`: `ping(…)` takes two times above zero: without pings, a client that is gone is never noticed",
        ));
    }
    opening.state.insert(sockets);
    Ok(())
}
