//! A node of the trie: what may follow the segments that led to it. One node fits into a cache line.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::num::NonZeroU32;

use foldhash::fast::FixedState;

use super::path::marked;
use super::tail::Tail;
use super::{MixedSegment, RouteKind, Segment};

/// The place of a node among all nodes.
type Child = u32;

/// The bytes of a literal segment, with a slash inside it marked.
type Text = Cow<'static, [u8]>;

/// Up to this many literal children are compared one after the other, which is faster than a hash.
const FEW: usize = 4;

#[allow(clippy::box_collection, reason = "most nodes have no mixed children, and a node fits into a cache line")]
pub struct Node {
    pub literals: Literals,
    /// Whether nothing but a literal child goes on from here.
    pub has_only_literals: bool,
    /// The most specific first.
    pub mixed: Option<Box<Vec<(MixedSegment, Child)>>>,
    /// Never zero, which is the root.
    pub param: Option<NonZeroU32>,
    /// The kinds of the shapes at and below this node.
    pub kinds: Kinds,
    /// The shapes of paths that end here.
    pub end: Shapes,
    pub catch_alls: Option<Box<CatchAlls>>,
}

impl Default for Node {
    fn default() -> Self {
        Self {
            literals: Literals::None,
            has_only_literals: true,
            mixed: None,
            param: None,
            kinds: Kinds::default(),
            end: Shapes::default(),
            catch_alls: None,
        }
    }
}

/// The shapes of paths that go on from a node by any number of segments.
#[derive(Default)]
pub struct CatchAlls {
    /// Those with something behind the catch-all, the most specific first.
    pub tails: Vec<(Tail, Shapes)>,
    pub rest: Shapes,
    pub optional_rest: Shapes,
}

/// The literal children of a node.
#[derive(Default)]
#[allow(clippy::box_collection, reason = "a map is larger than the other variants")]
pub enum Literals {
    #[default]
    None,
    /// Never with a `%` in its text: this one is compared with paths that are not decoded yet.
    One(Text, Child),
    Few(Vec<(Text, Child)>),
    Many(Box<HashMap<Text, Child, FixedState>>),
}

/// A set of kinds of routes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds(u8);

/// At most one shape of each kind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shapes([Option<NonZeroU32>; 2]);

impl Node {
    /// Notes that a shape of this kind is here or below.
    pub fn reaches(&mut self, kind: RouteKind) {
        self.kinds.add(kind);
    }

    /// The shapes of the paths that go on with these segments, the first of which is a catch-all; of those that end here,
    /// if there are none.
    pub fn shapes(&mut self, rest: &[Segment]) -> &mut Shapes {
        if rest.is_empty() {
            return &mut self.end;
        }
        self.has_only_literals = false;
        self.catch_alls.get_or_insert_default().shapes(rest)
    }

    /// The child for a segment: the known one, or `fresh`.
    pub fn child(&mut self, segment: Segment, fresh: usize) -> usize {
        let fresh = narrow(fresh);
        self.has_only_literals &= matches!(segment, Segment::Literal(_));
        let child = match segment {
            Segment::Literal(text) => self.literals.get_or_insert(marked(text), fresh),
            Segment::Mixed(parts) => {
                let mixed = MixedSegment::new(parts);
                let all = self.mixed.get_or_insert_default();
                let known = all.iter().find(|(other, _)| *other == mixed).map(|(_, child)| *child);
                known.unwrap_or_else(|| {
                    all.push((mixed, fresh));
                    all.sort_by_cached_key(|(mixed, _)| Reverse(mixed.rank()));
                    fresh
                })
            }
            _ => {
                self.param = self.param.or(NonZeroU32::new(fresh));
                self.param.map_or(fresh, NonZeroU32::get)
            }
        };
        child as usize
    }
}

impl CatchAlls {
    fn shapes(&mut self, rest: &[Segment]) -> &mut Shapes {
        let Some(tail) = Tail::new(rest) else {
            return if rest == [Segment::OptionalRest] { &mut self.optional_rest } else { &mut self.rest };
        };
        let known = self.tails.iter().position(|(known, _)| known.is(rest));
        let at = known.unwrap_or_else(|| {
            let rank = tail.rank();
            let at = self.tails.partition_point(|(known, _)| known.rank() <= rank);
            self.tails.insert(at, (tail, Shapes::default()));
            at
        });
        &mut self.tails[at].1
    }
}

impl Literals {
    #[inline]
    pub fn get(&self, text: &[u8]) -> Option<Child> {
        match self {
            Self::None => None,
            Self::One(known, child) => same(known, text).then_some(*child),
            Self::Few(few) => few.iter().find(|(known, _)| same(known, text)).map(|(_, child)| *child),
            Self::Many(many) => many.get(text).copied(),
        }
    }

    fn get_or_insert(&mut self, text: Text, fresh: Child) -> Child {
        if let Some(child) = self.get(&text) {
            return child;
        }
        *self = match std::mem::take(self) {
            Self::None if !text.contains(&b'%') => Self::One(text, fresh),
            Self::None => Self::Few(vec![(text, fresh)]),
            Self::One(known, child) => Self::Few(vec![(known, child), (text, fresh)]),
            Self::Few(mut few) if few.len() < FEW => {
                few.push((text, fresh));
                Self::Few(few)
            }
            Self::Few(few) => Self::Many(Box::new(few.into_iter().chain([(text, fresh)]).collect())),
            Self::Many(mut many) => {
                many.insert(text, fresh);
                Self::Many(many)
            }
        };
        fresh
    }
}

impl Kinds {
    pub fn add(&mut self, kind: RouteKind) {
        self.0 |= 1 << kind as u8;
    }

    pub fn remove(&mut self, kind: RouteKind) {
        self.0 &= !(1 << kind as u8);
    }

    pub fn contains(self, kind: RouteKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl Shapes {
    pub fn is_empty(self) -> bool {
        self.0 == [None; 2]
    }

    pub fn get(self, kind: RouteKind) -> Option<usize> {
        self.0[kind as usize].map(|shape| shape.get() as usize - 1)
    }

    pub fn set(&mut self, kind: RouteKind, shape: usize) {
        self.0[kind as usize] = NonZeroU32::new(narrow(shape + 1));
    }
}

/// Whether two short texts are equal. A call of `memcmp` costs more than the two or three words here.
#[inline(always)]
pub fn same(known: &[u8], text: &[u8]) -> bool {
    if known.len() != text.len() {
        return false;
    }
    match known.len() {
        0..4 => known.iter().zip(text).all(|(known, byte)| known == byte),
        // The first and the last word overlap.
        4..8 => known.first_chunk::<4>() == text.first_chunk() && known.last_chunk::<4>() == text.last_chunk(),
        8..=16 => known.first_chunk::<8>() == text.first_chunk() && known.last_chunk::<8>() == text.last_chunk(),
        _ => known == text,
    }
}

/// Never saturates: a program has far fewer than 4 billion routes.
fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
