use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::shared::SocketClosed;
use super::socket::WebSocket;

/// An open WebSocket whose messages are JSON, each in a text message: `In` from the client, `Out` for it. Both are in the
/// document if they have a schema.
///
/// A message that is no `In` closes the socket: text with 1007 and the reason, a binary message with 1003.
///
/// ```
/// use start_runtime::{Socket, SocketClosed, prelude::*};
///
/// #[derive(serde::Deserialize, JsonSchema)]
/// struct Add {
///     add: (f64, f64),
/// }
///
/// #[derive(serde::Serialize, JsonSchema)]
/// struct Sum {
///     sum: f64,
/// }
///
/// #[ws_route("/api/sums")]
/// async fn sums(mut socket: Socket<Add, Sum>) -> Result<(), SocketClosed> {
///     while let Some(Add { add: (one, other) }) = socket.next().await {
///         socket.send(&Sum { sum: one + other }).await?;
///     }
///     Ok(())
/// }
/// # fn main() {}
/// ```
///
/// The rest is that of a [`WebSocket`], which it derefs to.
pub struct Socket<In, Out = In> {
    socket: WebSocket,
    messages: PhantomData<fn(Out) -> In>,
}

impl<In, Out> Socket<In, Out> {
    pub(super) fn new(socket: WebSocket) -> Self {
        Self { socket, messages: PhantomData }
    }

    /// The socket without types.
    pub fn into_inner(self) -> WebSocket {
        self.socket
    }
}

impl<In: DeserializeOwned, Out: Serialize> Socket<In, Out> {
    /// The next message of the client; `None` when the socket is closed. See [`WebSocket::next_json`].
    pub async fn next(&mut self) -> Option<In> {
        self.socket.next_json().await
    }

    /// Sends a message. See [`WebSocket::send_json`].
    ///
    /// # Errors
    /// Returns an error if the socket is closed, and if the value does not serialize.
    pub async fn send(&self, message: &Out) -> Result<(), SocketClosed> {
        self.socket.send_json(message).await
    }
}

impl<In, Out> Deref for Socket<In, Out> {
    type Target = WebSocket;

    fn deref(&self) -> &WebSocket {
        &self.socket
    }
}

impl<In, Out> DerefMut for Socket<In, Out> {
    fn deref_mut(&mut self) -> &mut WebSocket {
        &mut self.socket
    }
}

impl<In, Out> fmt::Debug for Socket<In, Out> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.socket.fmt(f)
    }
}
