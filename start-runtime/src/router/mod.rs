//! Finds the shapes that match a path best, and the values of their parameters. It receives segments: only
//! `start-macros` knows the grammar of patterns.
//!
//! A hash map answers fully literal paths; a trie with one level per segment answers the rest, for API routes and pages
//! in one walk. The guide's page on routing has the rules; `tests.rs` compares this code with a slow and obvious matcher.

mod mixed;
mod node;
mod path;
#[allow(dead_code, reason = "capabilities use it")]
mod scopes;
mod search;
mod segment;
mod tail;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use foldhash::fast::FixedState;
use smallvec::SmallVec;

pub use mixed::MixedSegment;
use node::{Node, Shapes};
pub use path::{BadPath, RequestPath, Span, slice};
#[allow(unused_imports, reason = "capabilities use it")]
pub use scopes::Scopes;
pub use search::{Found, Match};
pub use segment::{RouteKind, RoutePath, Segment, SegmentPart};

/// The values of a match, in the order of the parameters, as ranges in the decoded path.
pub type Values = SmallVec<[Span; 4]>;

/// Numbered shapes and the paths that they match. A shape belongs to one kind of route.
pub struct Router {
    literal_paths: HashMap<Box<str>, Shapes, FixedState>,
    /// Whether any literal path has this length. Most paths with parameters are ruled out by it.
    literal_lengths: Vec<bool>,
    nodes: Vec<Node>,
    count: usize,
}

/// The number of a shape, and whether the router knew it already.
#[derive(Debug, PartialEq, Eq)]
pub enum Inserted {
    New(usize),
    Known(usize),
}

impl Default for Router {
    fn default() -> Self {
        Self { literal_paths: HashMap::default(), literal_lengths: Vec::new(), nodes: vec![Node::default()], count: 0 }
    }
}

impl Router {
    /// Adds a shape, or finds it if it is known. Numbers count up from zero.
    pub fn insert(&mut self, kind: RouteKind, segments: &[Segment]) -> Inserted {
        let mut at = 0;
        self.nodes[at].reaches(kind);
        let catch_all = segments.iter().position(Segment::is_catch_all).unwrap_or(segments.len());
        let (before, rest) = segments.split_at(catch_all);
        for segment in before {
            at = self.child(at, *segment);
            self.nodes[at].reaches(kind);
        }
        let shapes = self.nodes[at].shapes(rest);
        if let Some(known) = shapes.get(kind) {
            return Inserted::Known(known);
        }
        let shape = self.count;
        shapes.set(kind, shape);
        self.count += 1;
        if let Some(path) = literal_path(segments) {
            self.insert_literal_path(&path, kind, shape);
        }
        Inserted::New(shape)
    }

    fn child(&mut self, parent: usize, segment: Segment) -> usize {
        let fresh = self.nodes.len();
        let child = self.nodes[parent].child(segment, fresh);
        if child == fresh {
            self.nodes.push(Node::default());
        }
        child
    }

    fn insert_literal_path(&mut self, path: &str, kind: RouteKind, shape: usize) {
        self.literal_paths.entry(path.into()).or_default().set(kind, shape);
        if self.literal_lengths.len() <= path.len() {
            self.literal_lengths.resize(path.len() + 1, false);
        }
        self.literal_lengths[path.len()] = true;
    }

    /// The shapes of a path that is spelled exactly like a literal route. The path has no trailing slash.
    fn literal(&self, path: &str) -> Shapes {
        match self.literal_lengths.get(path.len()) {
            Some(true) => self.literal_paths.get(path).copied().unwrap_or_default(),
            _ => Shapes::default(),
        }
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
