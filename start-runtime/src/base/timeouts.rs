//! How long a client may take, and how slow it may be.

use std::time::Duration;

/// What is waited for, and how long. Zero stands for "without end" where it is allowed.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For the head of a request.
    pub header: Duration,
    /// For the next piece of a body.
    pub body: Duration,
    /// For a client to take some of an answer.
    pub write: Duration,
    /// For the next request on a connection.
    pub keep_alive: Duration,
    /// For a handler.
    pub request: Option<Duration>,
    /// For everything, once the server stops.
    pub shutdown: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(10),
            body: Duration::from_secs(30),
            write: Duration::from_secs(30),
            // Longer than the 60 seconds that proxies have by default: whoever sends requests should
            // be the one who closes, or one of them meets a connection that is just being closed.
            keep_alive: Duration::from_secs(75),
            request: None,
            shutdown: Duration::from_secs(30),
        }
    }
}

/// Longer than anybody waits, and short enough to be added to any time.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// A timeout as a user sets it, within bounds.
pub fn bounded(timeout: Duration) -> Duration {
    timeout.min(LONGEST)
}

/// The slowest that a body may come in the long run, in bytes a second.
pub const LEAST_RATE: u32 = 240;

/// Patience with a sender: each piece within the timeout, and all of them at [`LEAST_RATE`] at least.
/// Only time in which the receiver waits counts.
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

    /// How long the next wait may take; `None` is without end.
    pub fn left(&self) -> Option<Duration> {
        if self.timeout.is_zero() {
            return None;
        }
        let earned = Duration::from_millis(self.received.saturating_mul(1000) / u64::from(LEAST_RATE));
        Some(self.timeout.min((self.timeout + earned).saturating_sub(self.waited)))
    }

    /// A piece came, after a wait.
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
