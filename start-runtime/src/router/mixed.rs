//! Segments with text and parameters, such as `year-[year]` or `[name].[ext]`.

use smallvec::SmallVec;

use super::SegmentPart;
use super::Values;

/// A mixed segment, prepared for matching.
#[derive(Debug, PartialEq, Eq)]
pub struct MixedSegment {
    prefix: &'static str,
    /// The texts between the parameters: one fewer than there are parameters.
    between: SmallVec<[&'static str; 2]>,
    suffix: &'static str,
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
        let prefix = texts.first().copied().unwrap_or_default();
        Self { prefix, between: texts.into_iter().skip(1).collect(), suffix: text }
    }

    pub fn rank(&self) -> Rank {
        let between: usize = self.between.iter().map(|text| text.len()).sum();
        let bytes = self.prefix.len() + between + self.suffix.len();
        let shape = format!(
            "{}[]{}{}",
            self.prefix,
            self.between.iter().map(|text| format!("{text}[]")).collect::<String>(),
            self.suffix
        );
        (self.prefix.len(), self.suffix.len(), bytes, std::cmp::Reverse((self.between.len(), shape)))
    }

    /// Whether the segment matches; if so, its values are added. Each parameter takes as much as it can, from the left,
    /// and none is empty.
    pub fn capture(&self, segment: &str, offset: u32, values: &mut Values) -> bool {
        let Some(inner) = segment.strip_prefix(self.prefix).and_then(|rest| rest.strip_suffix(self.suffix)) else {
            return false;
        };
        // Searching from the right for the last place of each text has the same result as greedy matching from the
        // left.
        let mut later: SmallVec<[(usize, usize); 2]> = SmallVec::new();
        let mut end = inner.len();
        for text in self.between.iter().rev() {
            let Some(at) = before_last_char(&inner[..end]).rfind(text) else { return false };
            later.push((at + text.len(), end));
            end = at;
        }
        if end == 0 {
            return false;
        }
        let offset = offset as usize + self.prefix.len();
        let span = |start: usize, end: usize| narrow(offset + start)..narrow(offset + end);
        values.push(span(0, end));
        values.extend(later.iter().rev().map(|(start, end)| span(*start, *end)));
        true
    }
}

fn before_last_char(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next_back();
    chars.as_str()
}

/// Never saturates: `RequestPath` counts in `u32`.
fn narrow(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
