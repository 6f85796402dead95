use std::fmt;
use std::future::poll_fn;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::close::{Close, CloseCode};
use super::message::{Message, Payload};
use super::shared::{Shared, SocketClosed, SocketEnd};
use crate::base::timeouts::bounded;
use crate::decode::json;
use crate::response::{Problem, to_json};

/// An open WebSocket: an argument of a handler with `#[ws_route]`.
///
/// ```
/// use start_runtime::{WebSocket, prelude::*};
///
/// #[ws_route("/api/echo")]
/// async fn echo(mut socket: WebSocket) {
///     while let Some(message) = socket.next().await {
///         if socket.send(message).await.is_err() {
///             break;
///         }
///     }
/// }
/// # fn main() {}
/// ```
///
/// The socket is open for as long as the handler runs: a handler that returns closes it with 1000. Pings of the client are
/// answered, and pings are sent (see [`Sockets::ping`](crate::Sockets::ping)), whatever the handler does. When the client
/// has left, [`next`](Self::next) returns `None`; half a second later, a handler that has not returned is dropped. What has to be done then
/// stands in a `Drop`, or is spawned.
pub struct WebSocket {
    receiver: SocketReceiver,
    sender: SocketSender,
}

/// The receiving half of a socket. Messages that come after it was dropped are dropped as well.
pub struct SocketReceiver {
    shared: Shared,
}

/// The sending half of a socket. It can be cloned, and go to another task or thread.
#[derive(Clone)]
pub struct SocketSender {
    shared: Shared,
    protocol: Option<&'static str>,
}

impl WebSocket {
    pub(super) fn new(shared: Shared, protocol: Option<&'static str>) -> Self {
        let sender = SocketSender { shared: shared.clone(), protocol };
        Self { receiver: SocketReceiver { shared }, sender }
    }

    /// The next message of the client; `None` when the socket is closed. Nothing is lost if the future is dropped before it
    /// is ready, as in `select!`.
    ///
    /// A handler that does not ask gets at most 32 messages, or 64 KiB of them, held for it: then nothing more is read, and the client has to wait.
    pub async fn next(&mut self) -> Option<Message> {
        self.receiver.next().await
    }

    /// The next message as JSON. One that is no `T` closes the socket: text with 1007 and the reason, a binary message with
    /// 1003; then, and when the socket is closed, this is `None`.
    pub async fn next_json<T: DeserializeOwned>(&mut self) -> Option<T> {
        self.receiver.next_json().await
    }

    /// Sends a message: text as a text message, bytes as a binary one. It waits while 64 KiB wait for a client that does not
    /// read; one that takes nothing for [`Start::write_timeout`](crate::Start::write_timeout) is given up.
    ///
    /// # Errors
    /// Returns an error if the socket is closed.
    pub async fn send(&self, payload: impl Payload) -> Result<(), SocketClosed> {
        self.sender.send(payload).await
    }

    /// Sends a value as JSON, in a text message.
    ///
    /// # Errors
    /// Returns an error if the socket is closed. A value that does not serialize is one as well: it is logged, and closes the socket with 1011.
    pub async fn send_json<T: Serialize + ?Sized>(&self, value: &T) -> Result<(), SocketClosed> {
        self.sender.send_json(value).await
    }

    /// Closes the socket, after all that was sent. Whatever comes is no longer handed on, and the client has a few seconds
    /// to answer.
    pub fn close(self, close: impl Into<Close>) {
        self.sender.close(close);
    }

    /// The protocol that was agreed upon: the first in the attribute's `protocols` that the client has offered.
    pub fn protocol(&self) -> Option<&'static str> {
        self.sender.protocol
    }

    /// Sets how often this client is sent a ping, and how long it may leave one unanswered, in place of
    /// [`Sockets::ping`](crate::Sockets::ping). Neither is below 10 milliseconds.
    pub fn ping(&self, every: Duration, timeout: Duration) {
        let least = Duration::from_millis(10);
        self.sender.shared.lock().set_ping(bounded(every).max(least), bounded(timeout).max(least));
    }

    /// How the socket has ended; `None` while it is open.
    pub fn end(&self) -> Option<SocketEnd> {
        self.receiver.end()
    }

    /// The two halves, for handlers that send and receive in different tasks.
    ///
    /// ```
    /// use start_runtime::{WebSocket, actix_web::rt, prelude::*};
    ///
    /// #[ws_route("/api/clock")]
    /// async fn clock(socket: WebSocket) {
    ///     let (sender, mut receiver) = socket.split();
    ///     let ticks = rt::spawn(async move {
    ///         while sender.send("tick").await.is_ok() {
    ///             rt::time::sleep(std::time::Duration::from_secs(1)).await;
    ///         }
    ///     });
    ///     while receiver.next().await.is_some() {}
    ///     ticks.abort();
    /// }
    /// # fn main() {}
    /// ```
    pub fn split(self) -> (SocketSender, SocketReceiver) {
        (self.sender, self.receiver)
    }
}

impl SocketReceiver {
    /// See [`WebSocket::next`].
    pub async fn next(&mut self) -> Option<Message> {
        poll_fn(|cx| self.shared.lock().poll_message(cx)).await
    }

    /// See [`WebSocket::next_json`].
    pub async fn next_json<T: DeserializeOwned>(&mut self) -> Option<T> {
        let close = match self.next().await? {
            Message::Text(text) => match json::parse(text.as_bytes()) {
                Ok(value) => return Some(value),
                Err(problem) => Close::because(CloseCode::INVALID, reason(&problem)),
            },
            Message::Binary(_) => Close::because(CloseCode::UNSUPPORTED, "messages are JSON, in text messages"),
        };
        self.shared.lock().close(close);
        None
    }

    /// See [`WebSocket::end`].
    pub fn end(&self) -> Option<SocketEnd> {
        self.shared.lock().end().cloned()
    }
}

/// What is wrong with a message.
fn reason(problem: &Problem) -> String {
    let detail = problem.detail().unwrap_or_else(|| problem.title());
    detail.replace("the body is", "the message is")
}

impl Drop for SocketReceiver {
    fn drop(&mut self) {
        self.shared.lock().drop_receiver();
    }
}

impl SocketSender {
    /// See [`WebSocket::send`].
    ///
    /// # Errors
    /// Returns an error if the socket is closed.
    pub async fn send(&self, payload: impl Payload) -> Result<(), SocketClosed> {
        poll_fn(|cx| self.shared.lock().poll_send(&payload, cx)).await
    }

    /// See [`WebSocket::send_json`].
    ///
    /// # Errors
    /// Returns an error if the socket is closed, and if the value does not serialize.
    pub async fn send_json<T: Serialize + ?Sized>(&self, value: &T) -> Result<(), SocketClosed> {
        match to_json(value) {
            Ok(json) => poll_fn(|cx| self.shared.lock().poll_send(&Json(&json), cx)).await,
            Err(error) => {
                tracing::error!(target: "start_runtime::ws", "a message does not serialize: {error}");
                self.close(CloseCode::ERROR);
                Err(SocketClosed)
            }
        }
    }

    /// See [`WebSocket::close`].
    pub fn close(&self, close: impl Into<Close>) {
        self.shared.lock().close(close.into());
    }

    /// Whether nothing can be sent any more.
    pub fn is_closed(&self) -> bool {
        self.shared.lock().is_closed()
    }
}

/// JSON as it was written, which is text.
struct Json<'a>(&'a [u8]);

impl Payload for Json<'_> {
    fn append(&self, out: &mut Vec<u8>) {
        super::frame::write_frame(out, super::frame::Kind::Text, self.0);
    }
}

impl fmt::Debug for WebSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocket").field("end", &self.end()).finish_non_exhaustive()
    }
}

impl fmt::Debug for SocketReceiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocketReceiver").finish_non_exhaustive()
    }
}

impl fmt::Debug for SocketSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocketSender").finish_non_exhaustive()
    }
}
