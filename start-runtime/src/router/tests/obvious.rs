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
    CatchAll { length: Reverse<usize>, tail: Vec<Worth>, least: Reverse<usize> },
}

/// The rank of the first of these segments. That of a catch-all includes what stands behind it.
fn worth(segments: &[Segment]) -> Worth {
    let catch_all = |own: Option<&'static [SegmentPart]>, least: usize| {
        let own = own.map(|parts| worth(&[Segment::Mixed(parts)]));
        let tail: Vec<Worth> = own.into_iter().chain((1..segments.len()).map(|at| worth(&segments[at..]))).collect();
        Worth::CatchAll { length: Reverse(tail.len()), tail, least: Reverse(least + segments.len() - 1) }
    };
    match segments.first() {
        None | Some(Segment::Literal(_)) => Worth::LiteralOrEnd,
        Some(Segment::Param) => Worth::Param,
        Some(Segment::Rest) => catch_all(None, 1),
        Some(Segment::OptionalRest) => catch_all(None, 0),
        Some(Segment::MixedRest(parts)) => catch_all(Some(parts), 1),
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
        (Some((catch_all, shape)), _) if catch_all.is_catch_all() => {
            // The tail has a fixed number of segments, so at most one of these numbers fits.
            (0..=path.len()).find_map(|count| {
                let (rest, path) = path.split_at(count);
                let mut values = fit_rest(catch_all, rest)?;
                values.extend(fit_path(shape, path)?);
                Some(values)
            })
        }
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

fn fit_rest(catch_all: &Segment, rest: &[String]) -> Option<Vec<String>> {
    match (catch_all, rest.split_last()) {
        (Segment::OptionalRest, None) | (Segment::OptionalRest | Segment::Rest, Some(_)) => Some(vec![rest.join("/")]),
        (Segment::MixedRest(parts), Some((last, rest))) => {
            let mut values = fit(parts, last)?;
            values[0] = [rest, &values[..1]].concat().join("/");
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
    fitting.min_by_key(|(index, _)| ranks(&shapes[*index], longest))
}

/// The ranks of the segments up to the catch-all, and of the end behind them.
fn ranks(shape: &Shape, longest: usize) -> Vec<Worth> {
    let catch_all = shape.iter().position(Segment::is_catch_all).unwrap_or(longest);
    (0..=catch_all).map(|at| worth(shape.get(at..).unwrap_or_default())).collect()
}

/// Whether two catch-alls are in one place, one that may be empty and one that may not, which the table refuses.
pub fn are_rivals(one: &Shape, other: &Shape) -> bool {
    let with_rest = |shape: &Shape| -> Shape {
        let rest = |segment: &Segment| if *segment == Segment::OptionalRest { Segment::Rest } else { *segment };
        shape.iter().map(rest).collect()
    };
    one != other && with_rest(one) == with_rest(other)
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
