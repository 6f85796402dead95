//! What comes again with many requests: targets, and values of `Host`, `User-Agent`, `Accept` and the
//! like.
//!
//! What is known has been checked, so it need not be checked again, which costs six instructions per
//! byte of a value; and it is a copy of its own, so it does not hold on to the buffer that a request was
//! read into. Headers with secrets in their values are not kept.
//!
//! # Invariants
//! Something is found only by all of its bytes: a collision costs time and nothing else. The memory of a
//! thread is bounded.

use std::cell::RefCell;

use crate::http::Targets;
use actix_http::header::HeaderValue;

/// Longer values are not kept, in bytes.
const LONGEST: usize = 256;

/// How many of them are kept per thread: powers of two.
const VALUES: usize = 64;
const HOSTS: usize = 16;
const TARGETS: usize = 64;

/// What a thread knows.
pub struct Repeated {
    /// Values that may stand in a header.
    pub values: Known<VALUES>,
    /// Values that are hosts, too.
    pub hosts: Known<HOSTS>,
    /// Targets in origin form.
    pub targets: Targets<TARGETS>,
}

thread_local! {
    static REPEATED: RefCell<Repeated> = const {
        RefCell::new(Repeated {
            values: Known([const { None }; VALUES]),
            hosts: Known([const { None }; HOSTS]),
            targets: Targets::new(),
        })
    };
}

/// Lends out what the current thread knows.
#[inline]
pub fn with<T>(look_up: impl FnOnce(&mut Repeated) -> T) -> T {
    REPEATED.with_borrow_mut(look_up)
}

/// Some values, each at the one place where its bytes belong.
pub struct Known<const N: usize>([Option<HeaderValue>; N]);

impl<const N: usize> Known<N> {
    /// A value with these bytes, if it is known.
    #[inline]
    pub fn get(&self, bytes: &[u8]) -> Option<HeaderValue> {
        let value = self.0[place(bytes) % N].as_ref()?;
        (value.as_bytes() == bytes).then(|| value.clone())
    }

    /// Keeps a copy of a value that was not known, in place of another one.
    #[cold]
    pub fn keep(&mut self, value: &HeaderValue) {
        if value.len() <= LONGEST
            && let Ok(copy) = HeaderValue::from_bytes(value.as_bytes())
        {
            self.0[place(value.as_bytes()) % N] = Some(copy);
        }
    }
}

/// Tells most values that are in use at a time from each other.
#[inline]
fn place(bytes: &[u8]) -> usize {
    let at = |index: usize| bytes.get(index).map_or(0, |byte| usize::from(*byte));
    let length = bytes.len();
    length.wrapping_mul(7) + at(length / 2) * 13 + at(length.wrapping_sub(1)) * 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_found_and_nothing_else() {
        let mut known = Known::<4>([const { None }; 4]);
        assert_eq!(known.get(b""), None);
        for text in ["a", "text/html", "", "another", "\u{e9}"] {
            let value = HeaderValue::from_bytes(text.as_bytes()).unwrap();
            known.keep(&value);
            assert_eq!(known.get(text.as_bytes()), Some(value));
        }
        assert_eq!(known.get(b"text/htmm"), None);
        let long = HeaderValue::from_bytes(&[b'x'; LONGEST + 1]).unwrap();
        known.keep(&long);
        assert_eq!(known.get(long.as_bytes()), None);
    }
}
