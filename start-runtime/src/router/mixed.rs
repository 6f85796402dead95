//! Segments with text and parameters, such as `year-[year]` or `[name].[ext]`.

use std::borrow::Cow;

use smallvec::SmallVec;

use super::path::marked;
use super::{SegmentPart, Span, Values};

/// The bytes of a text, with a slash inside it marked.
type Text = Cow<'static, [u8]>;

/// A mixed segment, prepared for matching.
#[derive(Debug)]
pub struct MixedSegment {
    parts: &'static [SegmentPart],
    prefix: Text,
    /// The texts between the parameters: one fewer than there are parameters.
    between: SmallVec<[Text; 2]>,
    suffix: Text,
}

impl PartialEq for MixedSegment {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

/// How specific a mixed segment is. Compared in this order: length of the prefix, length of the suffix, number of
/// literal bytes (more is more specific), then number of parameters (fewer is more specific), then the byte order of
/// the shape.
pub type Rank = (usize, usize, usize, std::cmp::Reverse<(usize, String)>);

impl MixedSegment {
    /// Takes apart the parts of a pattern. There is always text between two parameters.
    pub fn new(parts: &'static [SegmentPart]) -> Self {
        let mut texts: SmallVec<[&'static str; 4]> = SmallVec::new();
        let mut text = "";
        for part in parts {
            match part {
                SegmentPart::Literal(literal) => text = literal,
                SegmentPart::Param => texts.push(std::mem::take(&mut text)),
            }
        }
        let prefix = marked(texts.first().copied().unwrap_or_default());
        let between = texts.into_iter().skip(1).map(marked).collect();
        Self { parts, prefix, between, suffix: marked(text) }
    }

    pub fn rank(&self) -> Rank {
        let between: usize = self.between.iter().map(|text| text.len()).sum();
        let bytes = self.prefix.len() + between + self.suffix.len();
        let text = |part: &SegmentPart| match part {
            SegmentPart::Literal(text) => *text,
            SegmentPart::Param => "[]",
        };
        let shape = self.parts.iter().map(text).collect();
        (self.prefix.len(), self.suffix.len(), bytes, std::cmp::Reverse((self.between.len(), shape)))
    }

    /// Whether a decoded text matches.
    pub fn matches(&self, text: &str) -> bool {
        self.capture(&marked(text), 0, &mut Values::new())
    }

    /// Whether the bytes of a segment match; if so, its values are added. Each parameter takes as much as it can, from
    /// the left, and none is empty.
    pub fn capture(&self, segment: &[u8], offset: usize, values: &mut Values) -> bool {
        let inner = segment.strip_prefix(&*self.prefix).and_then(|rest| rest.strip_suffix(&*self.suffix));
        let Some(inner) = inner.filter(|inner| !inner.is_empty()) else { return false };
        if self.between.is_empty() {
            let start = offset + self.prefix.len();
            values.push(Span::new(start, start + inner.len()));
            return true;
        }
        // Searching from the right for the last place of each text has the same result as greedy matching from the
        // left.
        let mut later: SmallVec<[(usize, usize); 2]> = SmallVec::new();
        let mut end = inner.len();
        for text in self.between.iter().rev() {
            // The parameter behind the text has at least one byte. A text never ends inside of a character.
            let Some(at) = inner[..end - 1].windows(text.len()).rposition(|window| *window == **text) else {
                return false;
            };
            if at == 0 {
                return false;
            }
            later.push((at + text.len(), end));
            end = at;
        }
        let offset = offset + self.prefix.len();
        let span = |start: usize, end: usize| Span::new(offset + start, offset + end);
        values.push(span(0, end));
        values.extend(later.iter().rev().map(|(start, end)| span(*start, *end)));
        true
    }
}
