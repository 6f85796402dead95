//! What stands behind a catch-all: text in its own last segment, and segments up to the end of the path.
//!
//! A path has one catch-all, so the number of segments in a request says how many of them are the catch-all's: there is
//! one way to match, and no way back inside of a tail.

use std::borrow::Cow;
use std::cmp::Reverse;

use super::mixed::Rank as MixedRank;
use super::path::marked;
use super::{MixedSegment, Segment, Span, Values};

/// A catch-all with something behind it, prepared for matching.
pub struct Tail {
    /// As written, from the catch-all on.
    written: Box<[Segment]>,
    /// How many segments the catch-all takes at least.
    least: usize,
    /// The last segment of the catch-all, if it does not have all of it. Its first value is the catch-all's.
    own: Option<MixedSegment>,
    behind: Box<[Fixed]>,
}

/// One segment behind a catch-all.
enum Fixed {
    Literal(Cow<'static, [u8]>),
    Mixed(MixedSegment),
    Param,
}

/// How specific a tail is; less is better. Compared in this order: the number of segments (more is better), then their
/// ranks from the left, then the number of segments of the shortest path (more is better). The last segment of a
/// catch-all that has text behind it counts as a mixed segment of the tail.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    length: Reverse<usize>,
    segments: Vec<Worth>,
    least: Reverse<usize>,
}

/// The rank of one segment. Texts that differ never match the same path, so their order is of no interest.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Worth {
    Literal,
    Mixed(Reverse<MixedRank>),
    Param,
}

impl Tail {
    /// Takes the segments of a path from its catch-all on; `None` if nothing stands behind the catch-all.
    pub fn new(written: &[Segment]) -> Option<Self> {
        let (catch_all, behind) = written.split_first()?;
        let own = match catch_all {
            Segment::MixedRest(parts) => Some(MixedSegment::new(parts)),
            _ => None,
        };
        if own.is_none() && behind.is_empty() {
            return None;
        }
        let least = usize::from(*catch_all != Segment::OptionalRest);
        let behind = behind.iter().map(|segment| match segment {
            Segment::Literal(text) => Fixed::Literal(marked(text)),
            Segment::Mixed(parts) => Fixed::Mixed(MixedSegment::new(parts)),
            // The grammar has no second catch-all.
            Segment::Param | Segment::Rest | Segment::OptionalRest | Segment::MixedRest(_) => Fixed::Param,
        });
        Some(Self { written: written.into(), least, own, behind: behind.collect() })
    }

    /// Whether it was made of these segments.
    pub fn is(&self, written: &[Segment]) -> bool {
        *self.written == *written
    }

    pub fn rank(&self) -> Rank {
        let mixed = |mixed: &MixedSegment| Worth::Mixed(Reverse(mixed.rank()));
        let behind = self.behind.iter().map(|fixed| match fixed {
            Fixed::Literal(_) => Worth::Literal,
            Fixed::Mixed(segment) => mixed(segment),
            Fixed::Param => Worth::Param,
        });
        let segments: Vec<Worth> = self.own.iter().map(mixed).chain(behind).collect();
        Rank { length: Reverse(segments.len()), segments, least: Reverse(self.least + self.behind.len()) }
    }

    /// Matches the segments of a path from the catch-all on. If they fit, the values are added, and the segments of the
    /// catch-all are returned; if not, some values may be left behind.
    pub fn capture(&self, path: &[u8], segments: &[Span], values: &mut Values) -> Option<Vec<Span>> {
        let count = segments.len().checked_sub(self.behind.len()).filter(|count| *count >= self.least)?;
        let (rest, behind) = segments.split_at(count);
        let at = values.len();
        let mut last = rest.last().copied();
        match (&self.own, last) {
            (Some(own), Some(span)) => {
                if !own.capture(&path[span.range()], span.range().start, values) {
                    return None;
                }
                last = values.get(at).copied();
            }
            _ => values.push(Span::new(0, 0)),
        }
        if let (Some(first), Some(last)) = (rest.first(), last) {
            values[at] = Span::new(first.range().start, last.range().end);
        }
        for (fixed, span) in self.behind.iter().zip(behind) {
            let text = &path[span.range()];
            let fits = match fixed {
                Fixed::Literal(literal) => **literal == *text,
                Fixed::Mixed(mixed) => mixed.capture(text, span.range().start, values),
                Fixed::Param => {
                    values.push(*span);
                    true
                }
            };
            if !fits {
                return None;
            }
        }
        let mut rest = rest.to_vec();
        if let (Some(end), Some(last)) = (rest.last_mut(), last) {
            *end = last;
        }
        Some(rest)
    }
}
