//! The way out: a server stops without losing a request that it has accepted.

use std::fmt;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use crate::kernel::AfterWork;
use crate::transport::{GRACE, Stopping, listeners};

/// Grace period for connections still being established when new ones are refused. The server keeps accepting during
/// that time.
const SETTLE: Duration = Duration::from_millis(100);

/// How often to check whether all connections are closed.
const TICK: Duration = Duration::from_millis(10);

/// Stops a server from anywhere. Returned by [`Listening::stop_handle`](crate::Listening::stop_handle).
#[derive(Clone)]
pub struct StopHandle {
    pub(crate) stopping: Arc<Stopping>,
    pub(crate) after: Arc<AfterWork>,
    pub(crate) listeners: Arc<[TcpListener]>,
    pub(crate) server: ServerHandle,
    pub(crate) timeout: Duration,
}

impl StopHandle {
    /// Stops the server, and returns when it has stopped. Requests that were accepted are answered.
    ///
    /// From now on, each response has `Connection: close`. For up to a second, new connections are accepted, and open
    /// ones may send another request; then idle connections are closed. The server ends when all connections are
    /// closed and the work behind answers ([`APIEvent::after`](crate::APIEvent::after)) is done, or after
    /// [`Start::shutdown_timeout`](crate::Start::shutdown_timeout). Whatever is still running then is cut off: handlers
    /// that have not finished, streams, WebSockets, work.
    ///
    /// On Linux, no connection that a client has made is lost. On other systems, a connection is lost if it arrives at
    /// the moment when the sockets close.
    pub async fn stop(&self) {
        let deadline = Instant::now() + self.timeout;
        self.stopping.begin();
        self.all_closed(deadline.min(Instant::now() + GRACE)).await;
        if listeners::refuse_new(&self.listeners) {
            sleep_until(deadline.min(Instant::now() + SETTLE)).await;
        }
        self.server.pause().await;
        // The accepting thread has been notified, but may not have reacted yet.
        sleep(TICK).await;
        listeners::close(&self.listeners);
        self.all_closed(deadline).await;
        // What is left is in the log.
        let _ = timeout_at(deadline, self.after.all_done()).await;
        self.stop_now().await;
    }

    /// Stops the server at once. Requests that are being answered are cut off, and so is the work behind answers: the log
    /// says how much of it.
    pub async fn stop_now(&self) {
        let left = self.after.count();
        if left > 0 {
            let pieces = if left == 1 { "piece" } else { "pieces" };
            tracing::warn!("the server stops: {left} {pieces} of work behind answers cut off (`event.after`)");
        }
        self.server.stop(false).await;
        listeners::close(&self.listeners);
    }

    async fn all_closed(&self, deadline: Instant) {
        while self.stopping.connections() > 0 && Instant::now() < deadline {
            sleep(TICK).await;
        }
    }
}

impl fmt::Debug for StopHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StopHandle").field("connections", &self.stopping.connections()).finish_non_exhaustive()
    }
}
