//! That the server stops, told to all connections; and how many of them there are.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// How long a stopping server waits for the next request on an open connection, and takes new ones: a
/// client that is about to send a request still gets its answer, with `Connection: close`.
pub const GRACE: Duration = Duration::from_secs(1);

/// Shared by the whole server.
pub struct Stopping {
    since: OnceLock<Instant>,
    begun: watch::Sender<bool>,
    connections: AtomicUsize,
}

impl Stopping {
    pub fn new() -> Self {
        Self { since: OnceLock::new(), begun: watch::Sender::new(false), connections: AtomicUsize::new(0) }
    }

    /// From now on, answers close their connections.
    pub fn begin(&self) {
        self.since.get_or_init(Instant::now);
        self.begun.send_replace(true);
    }

    /// Since when, if it stops. Asked at each answer.
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

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub fn opened(&self) {
        self.connections.fetch_add(1, Ordering::SeqCst);
    }

    pub fn closed(&self) {
        self.connections.fetch_sub(1, Ordering::SeqCst);
    }
}
