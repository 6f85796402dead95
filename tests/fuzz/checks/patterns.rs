//! What holds for the grammar of patterns, whatever is written: the check of the target `patterns`.
//!
//! # Input
//! The text of a pattern.
//!
//! # Invariants
//! - A text is read, or refused with mistakes whose places are inside of it.
//! - What was read can be written down again, and is read as the same.
//! - It has at most one catch-all.
//! - It stands for at least one path, for none twice, and none of these has an optional segment.

use crate::grammar::pattern::{Part, Segment, parse};
use crate::grammar::shape::{MOST_EXPANSIONS, expansions, shape};

/// Panics if an input breaks an invariant.
pub fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match parse(text) {
        Ok(segments) => {
            let written = write(&segments);
            assert_eq!(parse(&written), Ok(segments.clone()), "written as {written}");
            assert!(segments.iter().filter(|segment| segment.catch_all().is_some()).count() <= 1);
            check_expansions(&expansions(&segments));
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty());
            for mistake in mistakes {
                assert!(text.get(mistake.range.clone()).is_some(), "{mistake:?}");
                let shown = mistake.shown_in(text);
                assert!(shown.starts_with(&mistake.message) && !mistake.message.is_empty(), "{shown}");
            }
        }
    }
}

fn check_expansions(paths: &[Vec<Segment>]) {
    assert!((1..=MOST_EXPANSIONS + 1).contains(&paths.len()), "{} paths", paths.len());
    for (index, path) in paths.iter().enumerate() {
        assert!(!path.iter().any(|segment| matches!(segment, Segment::Optional(_))), "{path:?}");
        assert!(paths[..index].iter().all(|other| shape(other) != shape(path)), "twice: {path:?}");
    }
}

fn write(segments: &[Segment]) -> String {
    let texts = segments.iter().map(|segment| match segment {
        Segment::Literal(text) => escaped(text),
        Segment::Dynamic(parts) => parts.iter().map(write_part).collect(),
        Segment::MixedRest(parts) => {
            let texts = parts.iter().map(write_part).collect::<String>();
            texts.replacen('[', "[...", 1)
        }
        Segment::Optional(name) => format!("[[{name}]]"),
        Segment::Rest(name) => format!("[...{name}]"),
        Segment::OptionalRest(name) => format!("[[...{name}]]"),
    });
    let text: String = texts.map(|text| format!("/{text}")).collect();
    if text.is_empty() { "/".to_owned() } else { text }
}

fn write_part(part: &Part) -> String {
    match part {
        Part::Literal(text) => escaped(text),
        Part::Param(name) => format!("[{name}]"),
    }
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
