//! The walk down the trie. At each node, the children are tried in the order of rank (literal, mixed, parameter,
//! catch-all), and the walk backtracks fully. So the first complete match of a kind is its best one, and no dead end
//! hides a route. Branches without a kind that is still wanted are left out.
//!
//! Most paths have nothing to decode, and are matched as they came. A path with an escape, an empty segment or a dot
//! segment stops the walk; it is parsed, and the walk begins again on the decoded bytes, in which a slash inside a
//! segment is marked.

use std::borrow::Cow;
use std::num::NonZeroU32;

use super::node::{CatchAlls, Kinds, Literals, Node, Shapes, same};
use super::path::mark;
use super::{BadPath, MixedSegment, RequestPath, RouteKind, Router, Span, Values};

/// What matches a path.
pub struct Found<'p> {
    /// The decoded path, which the spans are ranges of; borrowed if it is the raw path itself.
    pub text: Cow<'p, str>,
    pub api: Option<Match>,
    pub page: Option<Match>,
}

/// A shape and its values.
#[derive(Debug)]
pub struct Match {
    pub shape: usize,
    pub values: Values,
    /// The segments of a catch-all.
    pub rest: Vec<Span>,
}

impl Router {
    /// Finds the best shape of each kind for a path. One trailing slash is tolerated and ignored.
    pub fn find<'p>(&self, raw: &'p str) -> Result<Found<'p>, BadPath> {
        if !raw.starts_with('/') {
            return Err(BadPath::NotAbsolute(raw.to_owned()));
        }
        let path = without_slash(raw);
        let mut search = Search::new(self, path.as_bytes(), true, raw);
        if !search.take(self.literal(path), &[]) {
            search.start();
        }
        let Search { found, stopped, .. } = search;
        if !stopped && (found.api.is_some() || found.page.is_some()) {
            return Ok(found);
        }
        // Nothing matches, so the walk did not see all of the path: the rest of it may still be malformed.
        let parsed = RequestPath::parse(raw)?;
        if !stopped || parsed.has_empty_segment() {
            return Ok(Found { text: parsed.into_text(), api: None, page: None });
        }
        self.find_parsed(parsed)
    }

    fn find_parsed<'p>(&self, path: RequestPath<'p>) -> Result<Found<'p>, BadPath> {
        let bytes = mark(&path);
        let mut search = Search::new(self, &bytes, false, "");
        search.start();
        let Found { api, page, .. } = search.found;
        Ok(Found { text: path.into_text(), api, page })
    }
}

/// A path that ends with two slashes keeps both: it has an empty segment, and is not the root.
fn without_slash(raw: &str) -> &str {
    raw.strip_suffix('/').filter(|path| !path.is_empty() && !path.ends_with('/')).unwrap_or(raw)
}

/// The place of the first of two bytes, or the length. Segments are short: eight bytes at a time cost less than a call of
/// `memchr`.
#[inline]
fn first_of(bytes: &[u8], one: u8, other: u8) -> usize {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let (one_word, other_word) = (ONES * u64::from(one), ONES * u64::from(other));
    // The lowest high bit that is set here stands for the first byte that is zero.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = zeros(word ^ one_word) | zeros(word ^ other_word);
        if found != 0 {
            return index * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let before = bytes.len() - rest.len();
    before + rest.iter().position(|byte| *byte == one || *byte == other).unwrap_or(rest.len())
}

struct Search<'r, 'p, 't> {
    nodes: &'r [Node],
    path: &'p [u8],
    /// Whether the path may still contain what has to be parsed first.
    raw: bool,
    /// Whether it did.
    stopped: bool,
    wanted: Kinds,
    /// Whether a shape of one kind was found, and one of another kind is still wanted.
    is_partial: bool,
    values: Values,
    found: Found<'t>,
}

impl<'r, 'p, 't> Search<'r, 'p, 't> {
    /// `text` is what is returned as the text of the match.
    fn new(router: &'r Router, path: &'p [u8], raw: bool, text: &'t str) -> Self {
        let nodes = &router.nodes;
        let wanted = nodes[0].kinds;
        let found = Found { text: Cow::Borrowed(text), api: None, page: None };
        Self { nodes, path, raw, stopped: false, wanted, is_partial: false, values: Values::new(), found }
    }

    fn start(&mut self) {
        // The root has no segment, not an empty one.
        let first = if self.path == b"/" { 2 } else { 1 };
        self.walk(0, first);
    }

    /// Walks on from a node, with the segment that begins at `start`. Returns whether the search is over.
    ///
    /// The last thing to try at a node needs no way back, so the loop goes on there; the others are walked first.
    fn walk(&mut self, node: usize, start: usize) -> bool {
        let (mut node, mut start) = (&self.nodes[node], start);
        loop {
            if start > self.path.len() {
                return self.end(node);
            }
            if let Some((child, end)) = self.only_way(node, start) {
                (node, start) = (child, end + 1);
                continue;
            }
            let Some(end) = self.segment(start) else {
                self.stopped = true;
                return true;
            };
            let text = &self.path[start..end];
            let literal = node.literals.get(text).filter(|child| self.leads_on(*child));
            if node.has_only_literals {
                let Some(child) = literal else { return false };
                (node, start) = (&self.nodes[child as usize], end + 1);
                continue;
            }
            let before = self.values.len();
            if let Some(child) = literal {
                if self.walk(child as usize, end + 1) {
                    return true;
                }
                self.values.truncate(before);
            }
            if let Some(mixed) = &node.mixed
                && self.mixed(mixed, start, end)
            {
                return true;
            }
            let param = node.param.map(NonZeroU32::get).filter(|child| self.leads_on(*child));
            let Some(catch_alls) = &node.catch_alls else {
                let Some(child) = param else { return false };
                self.values.push(Span::new(start, end));
                (node, start) = (&self.nodes[child as usize], end + 1);
                continue;
            };
            if let Some(child) = param {
                self.values.push(Span::new(start, end));
                if self.walk(child as usize, end + 1) {
                    return true;
                }
                self.values.truncate(before);
            }
            return self.rest(catch_alls, start);
        }
    }

    /// The child of a node that has one literal child and no other, if that is what the path says next: the end of the
    /// segment need not be searched for.
    fn only_way(&self, node: &Node, start: usize) -> Option<(&'r Node, usize)> {
        let Literals::One(text, child) = &node.literals else { return None };
        if !node.has_only_literals {
            return None;
        }
        let end = start + text.len();
        let fits = self.path.get(end).is_none_or(|byte| *byte == b'/') && same(text, self.path.get(start..end)?);
        (fits && self.leads_on(*child)).then(|| (&self.nodes[*child as usize], end))
    }

    fn mixed(&mut self, children: &[(MixedSegment, u32)], start: usize, end: usize) -> bool {
        let before = self.values.len();
        for (mixed, child) in children {
            if self.leads_on(*child)
                && mixed.capture(&self.path[start..end], start, &mut self.values)
                && self.walk(*child as usize, end + 1)
            {
                return true;
            }
            self.values.truncate(before);
        }
        false
    }

    /// Whether a kind that is still wanted is at this node or below. Before something was found, that is any.
    #[inline]
    fn leads_on(&self, child: u32) -> bool {
        !self.is_partial || self.nodes[child as usize].kinds.meets(self.wanted)
    }

    /// The end of the segment that begins here; `None` if the path has to be parsed first.
    #[inline(always)]
    fn segment(&self, start: usize) -> Option<usize> {
        let bytes = &self.path[start..];
        let length = first_of(bytes, b'/', if self.raw { b'%' } else { b'/' });
        if self.raw {
            let encoded = bytes.get(length) == Some(&b'%');
            if encoded || length == 0 || (length <= 2 && matches!(&bytes[..length], b"." | b"..")) {
                return None;
            }
        }
        Some(start + length)
    }

    fn end(&mut self, node: &Node) -> bool {
        if self.take(node.end, &[]) {
            return true;
        }
        let Some(catch_alls) = &node.catch_alls else { return false };
        self.values.push(Span::new(0, 0));
        let over = self.take(catch_alls.optional_rest, &[]);
        self.values.pop();
        over
    }

    /// Not inlined: paths that meet no catch-all would pay for it in each step.
    #[inline(never)]
    fn rest(&mut self, catch_alls: &CatchAlls, start: usize) -> bool {
        let mut spans = Vec::new();
        let mut next = start;
        while next <= self.path.len() {
            let Some(end) = self.segment(next) else {
                self.stopped = true;
                return true;
            };
            spans.push(Span::new(next, end));
            next = end + 1;
        }
        if !catch_alls.tails.is_empty() && self.tails(catch_alls, &spans) {
            return true;
        }
        self.values.push(Span::new(start, self.path.len()));
        let over = self.take(catch_alls.rest, &spans) || self.take(catch_alls.optional_rest, &spans);
        self.values.pop();
        over
    }

    fn tails(&mut self, catch_alls: &CatchAlls, segments: &[Span]) -> bool {
        let before = self.values.len();
        for (tail, shapes) in &catch_alls.tails {
            let rest = tail.capture(self.path, segments, &mut self.values);
            let over = rest.is_some_and(|rest| self.take(*shapes, &rest));
            self.values.truncate(before);
            if over {
                return true;
            }
        }
        false
    }

    /// Keeps the shapes that are still wanted. Returns whether the search is over.
    fn take(&mut self, shapes: Shapes, rest: &[Span]) -> bool {
        if shapes.is_empty() {
            return false;
        }
        for kind in [RouteKind::Api, RouteKind::Page] {
            if let Some(shape) = shapes.get(kind)
                && self.wanted.contains(kind)
            {
                self.wanted.remove(kind);
                self.is_partial = true;
                let found = Match { shape, values: Values::from_slice(&self.values), rest: rest.to_vec() };
                *(if kind == RouteKind::Api { &mut self.found.api } else { &mut self.found.page }) = Some(found);
            }
        }
        self.wanted.is_empty()
    }
}
