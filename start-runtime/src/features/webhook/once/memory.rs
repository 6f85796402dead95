//! What is done, in the memory of the program.

use std::collections::HashMap;
use std::future::ready;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::store::{Claim, OnceFuture, OnceStore};

/// How many ids there are before what is over is swept out for the first time.
const FIRST_SWEEP: usize = 1024;

/// Knows what this process has done, for all of its workers, until it ends. An id takes some 150 bytes for 30 days; only
/// verified deliveries have one.
#[derive(Default)]
pub struct InMemory(Mutex<Known>);

#[derive(Default)]
struct Known {
    all: HashMap<String, Work>,
    sweep_at: usize,
}

struct Work {
    /// Who does it; `None` if it is done.
    owner: Option<String>,
    until: Instant,
}

impl InMemory {
    fn with<'a, T: 'a>(&self, change: impl FnOnce(&mut Known) -> T) -> OnceFuture<'a, T> {
        Box::pin(ready(Ok(change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)))))
    }
}

impl OnceStore for InMemory {
    fn claim<'a>(&'a self, key: &'a str, owner: &'a str, lease: Duration) -> OnceFuture<'a, Claim> {
        self.with(|known| known.claim(key, owner, lease, Instant::now()))
    }

    fn finish<'a>(&'a self, key: &'a str, owner: &'a str, keep: Duration) -> OnceFuture<'a, ()> {
        self.with(|known| {
            if let Some(work) = known.of(key, owner) {
                *work = Work { owner: None, until: Instant::now() + keep };
            }
        })
    }

    fn release<'a>(&'a self, key: &'a str, owner: &'a str) -> OnceFuture<'a, ()> {
        self.with(|known| {
            if known.of(key, owner).is_some() {
                known.all.remove(key);
            }
        })
    }
}

impl Known {
    fn claim(&mut self, key: &str, owner: &str, lease: Duration, now: Instant) -> Claim {
        match self.all.get(key) {
            Some(Work { owner: None, until }) if *until > now => return Claim::Done,
            Some(Work { owner: Some(_), until }) if *until > now => return Claim::Busy,
            _ => {}
        }
        if self.all.len() >= self.sweep_at.max(FIRST_SWEEP) {
            self.all.retain(|_, work| work.until > now);
            self.sweep_at = self.all.len().saturating_mul(2);
        }
        self.all.insert(key.to_owned(), Work { owner: Some(owner.to_owned()), until: now + lease });
        Claim::Yours
    }

    /// The work of this owner.
    fn of(&mut self, key: &str, owner: &str) -> Option<&mut Work> {
        self.all.get_mut(key).filter(|work| work.owner.as_deref() == Some(owner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn one_of_all_begins_and_after_its_time_another() {
        let (mut known, start) = (Known::default(), Instant::now());
        assert_eq!(known.claim("a", "one", SECOND * 10, start), Claim::Yours);
        assert_eq!(known.claim("a", "two", SECOND * 10, start + SECOND * 9), Claim::Busy);
        assert_eq!(known.claim("b", "two", SECOND * 10, start + SECOND * 9), Claim::Yours);
        assert_eq!(known.claim("a", "two", SECOND * 10, start + SECOND * 10), Claim::Yours);
        assert!(known.of("a", "one").is_none(), "its time is over");
        assert!(known.of("a", "two").is_some());
    }

    #[test]
    fn what_is_over_is_swept_out() {
        let (mut known, start) = (Known::default(), Instant::now());
        for key in 0..FIRST_SWEEP as u32 {
            known.claim(&key.to_string(), "one", SECOND, start);
        }
        known.claim("late", "one", SECOND, start + SECOND * 2);
        assert_eq!(known.all.len(), 1);
    }
}
