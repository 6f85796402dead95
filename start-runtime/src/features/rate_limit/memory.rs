//! Counts in the memory of the program, for all of its workers.
//!
//! For each key, the times of the requests that passed in the last period: exact, and at most as many as the rate
//! allows. Keys that have been quiet for their period are swept out as the map grows.

use std::collections::{HashMap, VecDeque};
use std::hash::BuildHasher as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use foldhash::quality::RandomState;

use super::{Rate, RateDecision, RateFuture, RateStore};

/// Workers that ask for different keys seldom wait for each other.
const SHARDS: usize = 16;
/// How many keys a shard has before it is swept for the first time.
const FIRST_SWEEP: usize = 1024;
/// More keys than this are forgotten: a flood of addresses fills no memory. A million in all.
const MOST_KEYS: usize = 65_536;

/// The counts.
pub struct InMemory {
    began: Instant,
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Default)]
struct Shard {
    passed: HashMap<Box<str>, Passed, RandomState>,
    sweep_at: usize,
}

/// When the requests of a key passed, oldest first.
struct Passed {
    times: VecDeque<Duration>,
    period: Duration,
}

impl Default for InMemory {
    fn default() -> Self {
        Self { began: Instant::now(), hasher: RandomState::default(), shards: Default::default() }
    }
}

impl RateStore for InMemory {
    fn take<'a>(&'a self, key: &'a str, rate: Rate) -> RateFuture<'a> {
        let shard = &self.shards[self.hasher.hash_one(key) as usize % SHARDS];
        let decision = shard.lock().unwrap_or_else(PoisonError::into_inner).take(key, rate, self.began.elapsed());
        Box::pin(std::future::ready(Ok(decision)))
    }
}

impl Shard {
    fn take(&mut self, key: &str, rate: Rate, now: Duration) -> RateDecision {
        if let Some(passed) = self.passed.get_mut(key) {
            return passed.take(rate, now);
        }
        self.make_room(now);
        let mut passed = Passed { times: VecDeque::with_capacity(1), period: rate.period() };
        let decision = passed.take(rate, now);
        self.passed.insert(key.into(), passed);
        decision
    }

    fn make_room(&mut self, now: Duration) {
        if self.passed.len() < self.sweep_at.max(FIRST_SWEEP) {
            return;
        }
        self.passed.retain(|_, passed| !passed.is_quiet(now));
        self.sweep_at = self.passed.len().saturating_mul(2).min(MOST_KEYS);
        if self.passed.len() >= MOST_KEYS {
            // Sweeping each time would cost more than the request.
            let some: Vec<Box<str>> = self.passed.keys().take(MOST_KEYS / 16).cloned().collect();
            some.iter().for_each(|key| drop(self.passed.remove(key)));
        }
    }
}

impl Passed {
    fn take(&mut self, rate: Rate, now: Duration) -> RateDecision {
        while self.times.front().is_some_and(|time| *time + self.period <= now) {
            self.times.pop_front();
        }
        match self.times.front() {
            Some(oldest) if self.times.len() >= rate.requests() as usize => {
                RateDecision::Wait((*oldest + self.period).saturating_sub(now))
            }
            _ => {
                self.times.push_back(now);
                RateDecision::Pass
            }
        }
    }

    fn is_quiet(&self, now: Duration) -> bool {
        self.times.back().is_none_or(|time| *time + self.period <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate::new(5, 2000);

    fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn no_stretch_of_time_has_more_requests_than_the_rate() {
        let mut shard = Shard::default();
        let mut passed = Vec::new();
        // An uneven beat, so that requests fall on all sides of a border.
        for step in 0..2000 {
            let now = at(step * 37 + step % 7 * 11);
            if shard.take("a", RATE, now) == RateDecision::Pass {
                passed.push(now);
            }
        }
        assert!(passed.windows(6).all(|six| six[5] - six[0] >= RATE.period()));
        assert!(passed.len() > 150, "{} passed", passed.len());
    }

    #[test]
    fn the_wait_is_until_the_oldest_is_over() {
        let mut shard = Shard::default();
        for time in [0, 100, 200, 300, 400] {
            assert_eq!(shard.take("a", RATE, at(time)), RateDecision::Pass);
        }
        assert_eq!(shard.take("a", RATE, at(500)), RateDecision::Wait(at(1500)));
        assert_eq!(shard.take("b", RATE, at(500)), RateDecision::Pass);
        assert_eq!(shard.take("a", RATE, at(1999)), RateDecision::Wait(at(1)));
        assert_eq!(shard.take("a", RATE, at(2000)), RateDecision::Pass);
        assert_eq!(shard.take("a", RATE, at(2000)), RateDecision::Wait(at(100)));
    }

    #[test]
    fn quiet_keys_are_forgotten_and_a_flood_is_bounded() {
        let mut shard = Shard::default();
        for key in 0..2000 {
            shard.take(&key.to_string(), RATE, at(key));
        }
        shard.take("late", RATE, at(1_000_000));
        for key in 0..2048 {
            shard.take(&format!("new {key}"), RATE, at(1_000_000));
        }
        assert!(shard.passed.len() < 2100, "{}", shard.passed.len());
        for key in 0..MOST_KEYS * 2 {
            shard.take(&format!("flood {key}"), RATE, at(1_000_000));
        }
        assert!(shard.passed.len() <= MOST_KEYS, "{}", shard.passed.len());
    }
}
