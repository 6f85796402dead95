//! The stop of the server, announced to all connections; and how many of them are open.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// How long a stopping server waits for the next request on an open connection, and takes new ones: a
/// client that is about to send a request still gets its answer, with `Connection: close`.
pub const GRACE: Duration = Duration::from_secs(1);

/// Shared by the whole server.
#[derive(Debug)]
pub struct Stopping {
    since: OnceLock<Instant>,
    begun: watch::Sender<bool>,
    connections: AtomicUsize,
}

impl Default for Stopping {
    fn default() -> Self {
        Self::new()
    }
}

impl Stopping {
    /// A server that does not stop yet and has no connection.
    pub fn new() -> Self {
        Self { since: OnceLock::new(), begun: watch::Sender::new(false), connections: AtomicUsize::new(0) }
    }

    /// From now on, answers close their connections.
    pub fn begin(&self) {
        self.since.get_or_init(Instant::now);
        self.begun.send_replace(true);
    }

    /// Since when the server has been stopping. Asked for each answer.
    #[inline]
    pub fn since(&self) -> Option<Instant> {
        self.since.get().copied()
    }

    /// Resolves when the server begins to stop.
    pub fn begun(&self) -> impl Future<Output = ()> + use<> {
        let mut begun = self.begun.subscribe();
        async move {
            // The sender is gone only when nobody can stop the server any more.
            if begun.wait_for(|begun| *begun).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// One open connection, as long as this is there.
#[derive(Debug)]
pub struct OpenConnection(Arc<Stopping>);

impl OpenConnection {
    /// Counts a connection.
    pub fn new(stopping: Arc<Stopping>) -> Self {
        stopping.connections.fetch_add(1, Ordering::SeqCst);
        Self(stopping)
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::SeqCst);
    }
}
