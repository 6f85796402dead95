//! How long a client may take, and how slow it may be.

use std::time::Duration;

/// How long the server waits, and for what. Zero means no limit where it is allowed.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For the head of a request to arrive.
    pub header: Duration,
    /// For the next piece of a body to arrive.
    pub body: Duration,
    /// For the client to take some of a response.
    pub write: Duration,
    /// For the next request on an idle connection.
    pub keep_alive: Duration,
    /// For a handler to finish.
    pub request: Option<Duration>,
    /// For all open requests to finish, once the server stops.
    pub shutdown: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(10),
            body: Duration::from_secs(30),
            write: Duration::from_secs(30),
            // Longer than the 60 seconds that proxies have by default: the side that sends requests should close the
            // connection, or it may send one while the server is closing.
            keep_alive: Duration::from_secs(75),
            request: None,
            shutdown: Duration::from_secs(30),
        }
    }
}

/// Longer than any reasonable wait, and short enough to be added to any point in time: one year.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Caps a timeout that the user sets at one year.
pub fn bounded(timeout: Duration) -> Duration {
    timeout.min(LONGEST)
}

/// The lowest average rate at which a body may arrive, in bytes per second.
pub const LEAST_RATE: u32 = 240;

/// Patience with a sender: each piece must arrive within the timeout, and all of them together at [`LEAST_RATE`] or
/// faster. Only the time that the receiver spends waiting counts.
#[derive(Debug)]
pub struct Patience {
    timeout: Duration,
    waited: Duration,
    received: u64,
}

impl Patience {
    pub fn new(timeout: Duration) -> Self {
        Self { timeout, waited: Duration::ZERO, received: 0 }
    }

    /// How long the next wait may take; `None` means no limit.
    pub fn left(&self) -> Option<Duration> {
        if self.timeout.is_zero() {
            return None;
        }
        let earned = Duration::from_millis(self.received.saturating_mul(1000) / u64::from(LEAST_RATE));
        Some(self.timeout.min((self.timeout + earned).saturating_sub(self.waited)))
    }

    /// Records that a piece arrived after a wait.
    pub fn received(&mut self, bytes: usize, waited: Duration) {
        self.received = self.received.saturating_add(bytes as u64);
        self.waited = self.waited.saturating_add(waited);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(patience: &Patience) -> u64 {
        patience.left().map_or(u64::MAX, |left| left.as_secs())
    }

    #[test]
    fn a_steady_sender_is_waited_for_and_a_trickle_is_not() {
        let mut steady = Patience::new(Duration::from_secs(30));
        for _ in 0..1000 {
            steady.received(1000, Duration::from_secs(4));
            assert_eq!(seconds(&steady), 30);
        }
        let mut trickle = Patience::new(Duration::from_secs(30));
        assert_eq!(seconds(&trickle), 30);
        trickle.received(1, Duration::from_secs(29));
        assert_eq!(seconds(&trickle), 1);
        trickle.received(1, Duration::from_secs(1));
        assert_eq!(seconds(&trickle), 0);
        assert_eq!(seconds(&Patience::new(Duration::ZERO)), u64::MAX);
        let mut endless = Patience::new(bounded(Duration::MAX));
        endless.received(usize::MAX, Duration::MAX);
        assert!(endless.left().is_some());
    }
}
