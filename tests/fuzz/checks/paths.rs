//! What holds for the router, whatever the routes and the path: the check of the target `paths`.
//!
//! # Input
//! Lines of text. The last one is the path of a request, each other one a route, and that of a page if it begins with
//! `!`. In a route, `*` is a parameter, one `**` or `***` is a catch-all, `**` also with text and parameters behind it in its
//! segment, and `|` is a slash inside of a segment.
//!
//! # Invariants
//! - A path that is malformed is refused, and no other one.
//! - The router finds what a slow and obvious matcher finds, with the same values.

#[path = "../../../start-runtime/src/router/tests/obvious.rs"]
mod obvious;

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use obvious::{Shape, are_rivals, best};
use start_runtime::__rt::router::{Match, Router, slice};
use start_runtime::__rt::{RouteKind, Segment, SegmentPart};

const MOST_ROUTES: usize = 16;

/// Texts of segments are leaked: a longer run ends here, and not with the memory.
const MOST_SEGMENTS: usize = 1_000_000;

/// Panics if an input breaks an invariant.
pub fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let (routes, path) = text.rsplit_once('\n').unwrap_or(("", text));
    let (mut apis, mut pages): (Vec<Shape>, Vec<Shape>) = (Vec::new(), Vec::new());
    for line in routes.lines().take(MOST_ROUTES) {
        let (shapes, line) = match line.strip_prefix('!') {
            Some(line) => (&mut pages, line),
            None => (&mut apis, line),
        };
        let Some(shape) = shape(line) else { continue };
        if !shapes.contains(&shape) && !shapes.iter().any(|other| are_rivals(&shape, other)) {
            shapes.push(shape);
        }
    }
    let mut router = Router::default();
    for (kind, shapes) in [(RouteKind::Api, &apis), (RouteKind::Page, &pages)] {
        for shape in shapes {
            router.insert(kind, shape);
        }
    }
    let Ok(found) = router.find(path) else {
        assert!(is_malformed(path), "{path:?} is refused");
        return;
    };
    assert!(!is_malformed(path), "{path:?} is not refused");
    let segments = obvious::segments(path);
    let text = &found.text;
    let read = |found: &Match| {
        let values: Vec<String> = found.values.iter().map(|span| slice(text, *span).to_owned()).collect();
        (found.shape, values)
    };
    assert_eq!(found.api.as_ref().map(read), best(&apis, &segments), "{path:?} on {apis:?}");
    let page = best(&pages, &segments).map(|(index, values)| (apis.len() + index, values));
    assert_eq!(found.page.as_ref().map(read), page, "{path:?} on pages {pages:?}");
}

/// The segments of a line; `None` if they are no route.
fn shape(line: &str) -> Option<Shape> {
    if line.is_empty() {
        return Some(Vec::new());
    }
    let shape: Shape = line.split('/').map(segment).collect::<Option<_>>()?;
    let catch_alls = shape.iter().filter(|segment| segment.is_catch_all()).count();
    (catch_alls <= 1).then_some(shape)
}

/// A segment, whose texts live for ever.
fn segment(text: &str) -> Option<Segment> {
    // Reachable to the end, so that no sanitizer takes it for a leak.
    static KNOWN: LazyLock<Mutex<HashMap<String, Segment>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(segment) = known.get(text) {
        return Some(*segment);
    }
    if known.len() >= MOST_SEGMENTS {
        return None;
    }
    let segment = read_segment(text)?;
    known.insert(text.to_owned(), segment);
    Some(segment)
}

fn read_segment(text: &str) -> Option<Segment> {
    let leak = |text: &str| -> &'static str { text.replace('|', "/").leak() };
    match text {
        "" | "." | ".." => None,
        "*" => Some(Segment::Param),
        "**" => Some(Segment::Rest),
        "***" => Some(Segment::OptionalRest),
        _ if !text.contains('*') => Some(Segment::Literal(leak(text))),
        _ => {
            let is_rest = text.starts_with("**");
            let text = &text[usize::from(is_rest)..];
            // Nothing says where one parameter ends and the next begins.
            if text.contains("**") {
                return None;
            }
            let mut parts = Vec::new();
            for (index, text) in text.split('*').enumerate() {
                if index > 0 {
                    parts.push(SegmentPart::Param);
                }
                if !text.is_empty() {
                    parts.push(SegmentPart::Literal(leak(text)));
                }
            }
            Some(if is_rest { Segment::MixedRest(parts.leak()) } else { Segment::Mixed(parts.leak()) })
        }
    }
}

/// Whether no route may answer a path: it has an escape that is none, or a dot segment.
fn is_malformed(path: &str) -> bool {
    let Some(inner) = path.strip_prefix('/') else { return true };
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    inner.split('/').any(|segment| {
        let Some(bytes) = decoded(segment.as_bytes()) else { return true };
        matches!(&bytes[..], b"." | b"..") || std::str::from_utf8(&bytes).is_err()
    })
}

fn decoded(mut text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        text = match text {
            [] => return Some(bytes),
            [b'%', high, low, rest @ ..] => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                bytes.push(u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?);
                rest
            }
            [b'%', ..] => return None,
            [byte, rest @ ..] => {
                bytes.push(*byte);
                rest
            }
        };
    }
}
