//! Pings: when the next is due, and which are unanswered (RFC 6455, section 5.5.2).

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::features::ws::frame::{Kind, write_frame};

/// The pings of one connection.
pub struct Pings {
    every: Duration,
    timeout: Duration,
    next: Instant,
    /// The number of the next one, which is its payload.
    number: u32,
    /// Those that are not answered, with the time when they were sent, oldest first.
    sent: VecDeque<(u32, Instant)>,
}

impl Pings {
    pub fn new((every, timeout): (Duration, Duration), now: Instant) -> Self {
        Self { every, timeout, next: now + every, number: 0, sent: VecDeque::new() }
    }

    /// Takes other settings over.
    pub fn set(&mut self, (every, timeout): (Duration, Duration), now: Instant) {
        if every != self.every {
            self.next = self.next.min(now + every);
        }
        (self.every, self.timeout) = (every, timeout);
    }

    /// Appends a ping if one is due.
    pub fn send(&mut self, out: &mut Vec<u8>, now: Instant) {
        if now < self.next {
            return;
        }
        write_frame(out, Kind::Ping, &self.number.to_be_bytes());
        self.sent.push_back((self.number, now));
        self.number = self.number.wrapping_add(1);
        self.next = now + self.every;
    }

    /// An answer to a ping answers those before it as well (RFC 6455, section 5.5.3). Other pongs mean nothing.
    pub fn answered(&mut self, payload: &[u8]) {
        if let Some(at) = self.sent.iter().position(|(number, _)| number.to_be_bytes() == payload) {
            self.sent.drain(..=at);
        }
        if self.sent.is_empty() {
            self.sent = VecDeque::new();
        }
    }

    /// Whether one was not answered in time.
    pub fn is_unanswered(&self, now: Instant) -> bool {
        self.unanswered_until().is_some_and(|until| now >= until)
    }

    fn unanswered_until(&self) -> Option<Instant> {
        Some(self.sent.front()?.1 + self.timeout)
    }

    /// When something is to be done next. Unless `counts`, nobody is given up meanwhile.
    pub fn deadline(&self, counts: bool) -> Instant {
        match self.unanswered_until().filter(|_| counts) {
            Some(until) => until.min(self.next),
            None => self.next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_oldest_ping_without_an_answer_counts() {
        let start = Instant::now();
        let mut pings = Pings::new((2 * SECOND, 4 * SECOND), start);
        let mut out = Vec::new();
        pings.send(&mut out, start + SECOND);
        assert_eq!((out.len(), pings.deadline(true)), (0, start + 2 * SECOND));
        pings.send(&mut out, start + 2 * SECOND);
        pings.send(&mut out, start + 4 * SECOND);
        assert_eq!(out, [0x89, 4, 0, 0, 0, 0, 0x89, 4, 0, 0, 0, 1]);
        pings.answered(b"other");
        assert!(!pings.is_unanswered(start + 5 * SECOND) && pings.is_unanswered(start + 6 * SECOND));
        pings.answered(&[0, 0, 0, 0]);
        assert!(!pings.is_unanswered(start + 6 * SECOND) && pings.is_unanswered(start + 8 * SECOND));
        pings.send(&mut out, start + 6 * SECOND);
        // The last answers all.
        pings.answered(&[0, 0, 0, 2]);
        assert!(!pings.is_unanswered(start + 100 * SECOND));
        pings.set((SECOND, SECOND), start + 6 * SECOND);
        assert_eq!(pings.deadline(true), start + 7 * SECOND);
    }
}
