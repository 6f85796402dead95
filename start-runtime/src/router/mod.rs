//! Finds the shape that matches a path best, and the values of its parameters. It receives segments: only `start-macros`
//! knows the grammar of patterns.
//!
//! A hash map answers fully literal paths; a trie with one level per segment answers the rest. At each node, the
//! children are tried in the order of rank (literal, mixed, parameter, catch-all), and the search backtracks fully. So
//! the first complete match is the best one, and no dead end hides a route. The guide's page on routing has the rules;
//! `tests.rs` compares this code with a slow and obvious matcher.

mod mixed;
mod path;
mod segment;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::HashMap;

use foldhash::fast::FixedState;
use smallvec::SmallVec;

pub use mixed::MixedSegment;
pub use path::{BadPath, RequestPath, Span, slice};
pub use segment::{RoutePath, Segment, SegmentPart};

/// The values of a match, in the order of the parameters, as ranges in the decoded path.
pub type Values = SmallVec<[Span; 4]>;

type Map<T> = HashMap<Box<str>, T, FixedState>;

/// Up to this many literal children are compared one after the other, which is faster than a hash.
const FEW: usize = 4;

/// The literal children of a node.
#[derive(Default)]
struct Literals {
    few: Vec<(Box<str>, usize)>,
    many: Map<usize>,
}

impl Literals {
    fn get(&self, text: &str) -> Option<usize> {
        if self.many.is_empty() {
            return self.few.iter().find(|(known, _)| **known == *text).map(|(_, child)| *child);
        }
        self.many.get(text).copied()
    }

    fn get_or_insert(&mut self, text: &str, fresh: usize) -> usize {
        if let Some(child) = self.get(text) {
            return child;
        }
        if self.many.is_empty() && self.few.len() < FEW {
            self.few.push((text.into(), fresh));
        } else {
            self.many.extend(self.few.drain(..));
            self.many.insert(text.into(), fresh);
        }
        fresh
    }
}

/// Numbered shapes and the paths that they match.
pub struct Router {
    literal_paths: Map<usize>,
    nodes: Vec<Node>,
    shapes: usize,
}

#[derive(Default)]
struct Node {
    literals: Literals,
    mixed: Vec<(MixedSegment, usize)>,
    param: Option<usize>,
    end: Option<usize>,
    rest: Option<usize>,
    optional_rest: Option<usize>,
}

/// The number of a shape, and whether the router knew it already.
#[derive(Debug, PartialEq, Eq)]
pub enum Inserted {
    New(usize),
    Known(usize),
}

impl Default for Router {
    fn default() -> Self {
        Self { literal_paths: Map::default(), nodes: vec![Node::default()], shapes: 0 }
    }
}

impl Router {
    /// Adds a shape, or finds it if it is known. Numbers count up from zero.
    pub fn insert(&mut self, segments: &[Segment]) -> Inserted {
        let mut node = 0;
        for segment in segments {
            match segment {
                Segment::Rest | Segment::OptionalRest => return self.end(node, *segment),
                Segment::Literal(_) | Segment::Param | Segment::Mixed(_) => node = self.child(node, *segment),
            }
        }
        let inserted = self.end(node, Segment::Literal(""));
        if let (Inserted::New(shape), Some(path)) = (&inserted, literal_path(segments)) {
            self.literal_paths.insert(path.into(), *shape);
        }
        inserted
    }

    fn end(&mut self, node: usize, last: Segment) -> Inserted {
        let node = &mut self.nodes[node];
        let place = match last {
            Segment::Rest => &mut node.rest,
            Segment::OptionalRest => &mut node.optional_rest,
            _ => &mut node.end,
        };
        if let Some(shape) = *place {
            return Inserted::Known(shape);
        }
        let shape = self.shapes;
        *place = Some(shape);
        self.shapes += 1;
        Inserted::New(shape)
    }

    fn child(&mut self, node: usize, segment: Segment) -> usize {
        let fresh = self.nodes.len();
        let parent = &mut self.nodes[node];
        let child = match segment {
            Segment::Literal(text) => parent.literals.get_or_insert(text, fresh),
            Segment::Mixed(parts) => {
                let mixed = MixedSegment::new(parts);
                let known = parent.mixed.iter().find(|(other, _)| *other == mixed).map(|(_, child)| *child);
                known.unwrap_or_else(|| {
                    parent.mixed.push((mixed, fresh));
                    parent.mixed.sort_by_cached_key(|(mixed, _)| Reverse(mixed.rank()));
                    fresh
                })
            }
            _ => *parent.param.get_or_insert(fresh),
        };
        if child == fresh {
            self.nodes.push(Node::default());
        }
        child
    }

    /// Finds the shape of a path that is spelled exactly like a literal route: the fast path.
    pub fn find_literal(&self, raw: &str) -> Option<usize> {
        let path = raw.strip_suffix('/').filter(|path| !path.is_empty() && !path.ends_with('/')).unwrap_or(raw);
        self.literal_paths.get(path).copied()
    }

    /// Finds the best shape for a path, and its values.
    pub fn find(&self, path: &RequestPath<'_>) -> Option<(usize, Values)> {
        if path.has_empty_segment() {
            return None;
        }
        let mut values = Values::new();
        let shape = self.walk(&self.nodes[0], path, 0, &mut values)?;
        Some((shape, values))
    }

    fn walk(&self, node: &Node, path: &RequestPath<'_>, index: usize, values: &mut Values) -> Option<usize> {
        if index == path.segment_count() {
            if node.end.is_none() && node.optional_rest.is_some() {
                values.push(path.rest(index));
            }
            return node.end.or(node.optional_rest);
        }
        let text = path.segment(index);
        let descend = |child: usize, values: &mut Values| self.walk(&self.nodes[child], path, index + 1, values);

        if let Some(shape) = node.literals.get(text).and_then(|child| descend(child, values)) {
            return Some(shape);
        }
        let before = values.len();
        for (mixed, child) in &node.mixed {
            if mixed.capture(text, path.span(index).start, values)
                && let Some(shape) = descend(*child, values)
            {
                return Some(shape);
            }
            values.truncate(before);
        }
        if let Some(child) = node.param {
            values.push(path.span(index));
            if let Some(shape) = descend(child, values) {
                return Some(shape);
            }
            values.truncate(before);
        }
        let rest = node.rest.or(node.optional_rest)?;
        values.push(path.rest(index));
        Some(rest)
    }
}

/// The one spelling of a fully literal path that does not need decoding.
fn literal_path(segments: &[Segment]) -> Option<String> {
    if segments.is_empty() {
        return Some("/".to_owned());
    }
    let mut path = String::new();
    for segment in segments {
        match segment {
            // A text with `/` or `%` is spelled with an escape, so the trie handles it.
            Segment::Literal(text) if !text.contains(['/', '%']) => {
                path.push('/');
                path.push_str(text);
            }
            _ => return None,
        }
    }
    Some(path)
}
