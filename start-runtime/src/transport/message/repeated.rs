//! What comes again with many requests: targets, and values of `Host`, `User-Agent`, `Accept` and the
//! like.
//!
//! What is known has been checked, so it need not be checked again, which costs six instructions per
//! byte of a value and fourteen per byte of a target; and it is a copy of its own, so it does not hold on
//! to the buffer that a request was read into. Headers with secrets in their values are not kept.
//!
//! # Invariants
//! Something is found only by all of its bytes: a collision costs time and nothing else. The memory of a
//! thread is bounded.

use std::cell::RefCell;

use actix_http::Uri;
use actix_http::header::HeaderValue;
use bytes::Bytes;

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
            targets: Targets { known: [const { None }; TARGETS], met: [0; TARGETS] },
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

/// Some targets. One is kept when it is met a second time: most that have an id in them are not.
pub struct Targets<const N: usize> {
    known: [Option<Uri>; N],
    met: [u32; N],
}

impl<const N: usize> Targets<N> {
    /// The target with these bytes, if it is known.
    #[inline]
    pub fn get(&mut self, target: &[u8]) -> Option<Uri> {
        let hash = hash(target);
        // The upper half is the better one.
        let place = (hash >> 32) as usize % N;
        if let Some(uri) = &self.known[place]
            && uri.path_and_query().is_some_and(|path| path.as_str().as_bytes() == target)
        {
            return Some(uri.clone());
        }
        let is_met = std::mem::replace(&mut self.met[place], hash as u32) == hash as u32;
        if is_met {
            self.keep(place, target);
        }
        None
    }

    #[cold]
    fn keep(&mut self, place: usize, target: &[u8]) {
        if target.len() <= LONGEST
            && target.starts_with(b"/")
            && !target.contains(&b'#')
            && let Ok(uri) = Uri::from_maybe_shared(Bytes::copy_from_slice(target))
        {
            self.known[place] = Some(uri);
        }
    }
}

/// Of eight bytes at a time.
#[inline]
fn hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let (words, rest) = bytes.as_chunks::<8>();
    let mut hash = bytes.len() as u64;
    for word in words {
        hash = (hash ^ u64::from_le_bytes(*word)).wrapping_mul(FACTOR).rotate_left(29);
    }
    for byte in rest {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(FACTOR);
    }
    hash
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

    #[test]
    fn a_target_is_known_the_third_time() {
        let mut targets = Targets::<4> { known: [const { None }; 4], met: [0; 4] };
        for target in ["/a/long/path/with?a=query", "/b", "/"] {
            assert!(targets.get(target.as_bytes()).is_none() && targets.get(target.as_bytes()).is_none());
            assert_eq!(targets.get(target.as_bytes()).unwrap(), target);
        }
        for target in ["*", "http://x/", "/a#b", "/<"] {
            assert!((0..3).all(|_| targets.get(target.as_bytes()).is_none()), "{target}");
        }
    }
}
