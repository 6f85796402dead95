//! What a handler or a stream that waits for long waits for, too: the stop of the server, and the leaving of its client.

use super::APIEvent;

impl APIEvent {
    /// Resolves when the server begins to stop: for handlers and streams that wait for long, and for sockets. From then on,
    /// what still runs has the time of [`Start::shutdown_timeout`](crate::Start::shutdown_timeout).
    ///
    /// The future does not borrow the event, and may be sent to other threads. If the server stops already, it is ready. In
    /// tests, [`TestApp::stop`](crate::test::TestApp::stop) begins the stop.
    ///
    /// ```
    /// use start_runtime::prelude::*;
    /// # use std::time::Duration;
    /// # async fn next_message() -> String { String::new() }
    ///
    /// /// Waits for the next message.
    /// #[api_route("/api/messages/next")]
    /// async fn GET(event: APIEvent) -> Result<String, Problem> {
    ///     tokio::select! {
    ///         message = next_message() => Ok(message),
    ///         () = event.stopping() => Err(Problem::new(503).with_detail("ask again")),
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    pub fn stopping(&self) -> impl Future<Output = ()> + Send + use<> {
        self.request.call().exchange().worker.app.stopping.begun()
    }

    /// Whether the server has begun to stop.
    pub fn is_stopping(&self) -> bool {
        self.request.call().exchange().worker.app.stopping.since().is_some()
    }

    /// Resolves when nobody waits for the answer any more: the client has left, or has all of it. For handlers that do
    /// something for their client while they wait, for tasks that work for one answer, and for sockets.
    ///
    /// A client has left when its connection is closed (FIN) or broken (RST), or when the system finds that it cannot be
    /// reached: it is asked after 15 seconds of silence, and has [`Start::write_timeout`](crate::Start::write_timeout) to
    /// answer. Also gone is a client that has ended its side and could still read: a handler that does not ask finishes its
    /// answer for it. A connection that has become a [`Tunnel`](crate::Tunnel) leaves when that is dropped.
    ///
    /// A connection that breaks ends its handler and its stream at the point that they have reached: they are dropped, and
    /// see nothing of this. What must be done then belongs into a `Drop`, or into a task that awaits this.
    ///
    /// The future does not borrow the event. In a fetched route, the client is that of the request from outside. Where there
    /// is no connection, as in most tests, it never resolves.
    pub fn gone(&self) -> impl Future<Output = ()> + use<> {
        let client = self.request.call().exchange().client.clone();
        async move {
            match client {
                Some(client) => client.over().await,
                None => std::future::pending().await,
            }
        }
    }

    /// Whether nobody waits for the answer any more, as [`APIEvent::gone`] has it.
    pub fn is_gone(&self) -> bool {
        self.request.call().exchange().client.as_ref().is_some_and(|client| client.is_over())
    }
}
