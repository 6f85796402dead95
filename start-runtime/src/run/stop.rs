//! The way out: a server stops without losing a request that it has accepted.

use std::fmt;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use tokio::time::{Instant, sleep, sleep_until};

use crate::transport::{GRACE, Stopping, listeners};

/// How long the connections have that were being made when no more were taken. The server accepts
/// those meanwhile.
const SETTLE: Duration = Duration::from_millis(100);

/// How often it is seen whether all connections are closed.
const TICK: Duration = Duration::from_millis(10);

/// Stops a server from anywhere: from [`Listening::stop_handle`](crate::Listening::stop_handle).
#[derive(Clone)]
pub struct StopHandle {
    pub(crate) stopping: Arc<Stopping>,
    pub(crate) listeners: Arc<[TcpListener]>,
    pub(crate) server: ServerHandle,
    pub(crate) timeout: Duration,
}

impl StopHandle {
    /// Stops the server, and returns when it has stopped. Requests that were accepted are answered.
    ///
    /// From now on each answer says `Connection: close`. For up to a second new connections are taken
    /// and open ones may send a further request; then idle connections are closed. When all are
    /// closed, or when [`Start::shutdown_timeout`](crate::Start::shutdown_timeout) is over, the server
    /// ends, and with it what is still being answered: handlers that do not come to an end, streams,
    /// WebSockets.
    ///
    /// On Linux no connection is lost that a client has made. Elsewhere one is that comes within the
    /// moment in which the sockets close.
    pub async fn stop(&self) {
        let deadline = Instant::now() + self.timeout;
        self.stopping.begin();
        self.all_closed(deadline.min(Instant::now() + GRACE)).await;
        if listeners::refuse_new(&self.listeners) {
            sleep_until(deadline.min(Instant::now() + SETTLE)).await;
        }
        self.server.pause().await;
        // The thread that accepts is told, and need not have heard it yet.
        sleep(TICK).await;
        listeners::close(&self.listeners);
        self.all_closed(deadline).await;
        self.stop_now().await;
    }

    /// Stops the server at once. What it is answering is cut off.
    pub async fn stop_now(&self) {
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
