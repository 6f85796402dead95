//! Targets that come again and again, parsed once: parsing costs fourteen instructions per byte.
//!
//! # Invariants
//! A target is found only by all of its bytes: a collision costs time and nothing else. The memory is bounded.

use actix_web::http::Uri;
use actix_web::web::Bytes;

/// Longer targets are not kept, in bytes.
const LONGEST: usize = 256;

/// Some targets in origin form, without a fragment. `N` is a power of two.
pub struct Targets<const N: usize> {
    known: [Option<Uri>; N],
    /// What was met last at each place. A target is kept when it is met a second time: most that have an id in them
    /// are not.
    met: [u32; N],
}

impl<const N: usize> Targets<N> {
    pub const fn new() -> Self {
        Self { known: [const { None }; N], met: [0; N] }
    }

    /// The target with these bytes, if it is known.
    #[inline]
    pub fn get(&self, target: &[u8]) -> Option<Uri> {
        let uri = self.known[place(hash(target), N)].as_ref()?;
        uri.path_and_query().is_some_and(|path| path.as_str().as_bytes() == target).then(|| uri.clone())
    }

    /// A target was parsed that is not known. It is kept as a copy, so that it does not hold on to a larger buffer.
    pub fn meet(&mut self, target: &[u8]) {
        let hash = hash(target);
        let place = place(hash, N);
        let is_met = std::mem::replace(&mut self.met[place], hash as u32) == hash as u32;
        if is_met
            && target.len() <= LONGEST
            && target.starts_with(b"/")
            && !target.contains(&b'#')
            && let Ok(uri) = Uri::from_maybe_shared(Bytes::copy_from_slice(target))
        {
            self.known[place] = Some(uri);
        }
    }
}

/// The upper half of a hash is the better one.
#[inline]
fn place(hash: u64, places: usize) -> usize {
    (hash >> 32) as usize % places
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

    fn look_up(targets: &mut Targets<4>, target: &str) -> Option<Uri> {
        let known = targets.get(target.as_bytes());
        if known.is_none() {
            targets.meet(target.as_bytes());
        }
        known
    }

    #[test]
    fn a_target_is_known_the_third_time() {
        let mut targets = Targets::<4>::new();
        for target in ["/a/long/path/with?a=query", "/b", "/"] {
            assert!((0..2).all(|_| look_up(&mut targets, target).is_none()));
            assert_eq!(look_up(&mut targets, target).unwrap(), target);
        }
        for target in ["*", "http://x/", "/a#b", "/<"] {
            assert!((0..3).all(|_| look_up(&mut targets, target).is_none()), "{target}");
        }
    }
}
