//! A matcher that is slow and obvious: it tries every route on its own, collects all that match, and takes the best by
//! comparing ranks from left to right.

use std::cmp::Reverse;

use super::{Segment, SegmentPart};

/// A route, names left out.
pub type Shape = Vec<Segment>;

/// The rank of a segment where two routes differ: smaller is better.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Worth {
    LiteralOrEnd,
    Mixed { prefix: Reverse<usize>, suffix: Reverse<usize>, bytes: Reverse<usize>, params: usize, shape: String },
    Param,
    CatchAll,
}

fn worth(segment: Option<&Segment>) -> Worth {
    match segment {
        None | Some(Segment::Literal(_)) => Worth::LiteralOrEnd,
        Some(Segment::Param) => Worth::Param,
        Some(Segment::Rest | Segment::OptionalRest) => Worth::CatchAll,
        Some(Segment::Mixed(parts)) => {
            let length = |part: Option<&SegmentPart>| {
                part.map_or(0, |part| if let SegmentPart::Literal(text) = part { text.len() } else { 0 })
            };
            let text = |part: &SegmentPart| {
                if let SegmentPart::Literal(text) = part { (*text).to_owned() } else { "[]".to_owned() }
            };
            Worth::Mixed {
                prefix: Reverse(length(parts.first())),
                suffix: Reverse(length(parts.last())),
                bytes: Reverse(parts.iter().map(|part| length(Some(part))).sum()),
                params: parts.iter().filter(|part| **part == SegmentPart::Param).count(),
                shape: parts.iter().map(text).collect(),
            }
        }
    }
}

/// Tries all ways to match, with the longest first value first: greedy from the left.
fn fit(parts: &[SegmentPart], text: &str) -> Option<Vec<String>> {
    match parts.split_first() {
        None => text.is_empty().then(Vec::new),
        Some((SegmentPart::Literal(literal), rest)) => fit(rest, text.strip_prefix(literal)?),
        Some((SegmentPart::Param, rest)) => {
            let ends = text.char_indices().map(|(at, char)| at + char.len_utf8());
            ends.rev().find_map(|end| {
                let mut values = fit(rest, &text[end..])?;
                values.insert(0, text[..end].to_owned());
                Some(values)
            })
        }
    }
}

fn fit_path(shape: &[Segment], path: &[String]) -> Option<Vec<String>> {
    match (shape.split_first(), path.split_first()) {
        (None, None) => Some(Vec::new()),
        (Some((Segment::OptionalRest, _)), _) => Some(vec![path.join("/")]),
        (Some((Segment::Rest, _)), Some(_)) => Some(vec![path.join("/")]),
        (Some((segment, shape)), Some((text, path))) => {
            let mut values = match segment {
                Segment::Literal(literal) => (literal == text).then(Vec::new)?,
                Segment::Mixed(parts) => fit(parts, text)?,
                _ => vec![text.clone()],
            };
            values.extend(fit_path(shape, path)?);
            Some(values)
        }
        _ => None,
    }
}

/// The number of the best route for a path, and the values of its parameters.
pub fn best(shapes: &[Shape], path: &[String]) -> Option<(usize, Vec<String>)> {
    if path.iter().any(String::is_empty) {
        return None;
    }
    let fitting = shapes.iter().enumerate().filter_map(|(index, shape)| Some((index, fit_path(shape, path)?)));
    let longest = shapes.iter().map(Vec::len).max().unwrap_or_default();
    fitting.min_by_key(|(index, _)| (0..=longest).map(|at| worth(shapes[*index].get(at))).collect::<Vec<_>>())
}

/// Whether two catch-alls are in one place, which the table refuses.
pub fn are_rivals(one: &Shape, other: &Shape) -> bool {
    match (one.split_last(), other.split_last()) {
        (Some((Segment::Rest | Segment::OptionalRest, one)), Some((Segment::Rest | Segment::OptionalRest, other))) => {
            one == other
        }
        _ => false,
    }
}

/// The segments of a path by the rules, implemented differently than in `RequestPath`.
pub fn segments(raw: &str) -> Vec<String> {
    let mut segments: Vec<&str> = raw.split('/').skip(1).collect();
    if segments.last() == Some(&"") {
        segments.pop();
    }
    segments
        .into_iter()
        .map(|segment| percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect()
}
