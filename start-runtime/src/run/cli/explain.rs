//! `match`: which handler answers, with which parameters, and why the others do not.

use std::fmt::Write as _;

use actix_web::http::{Method, Uri};

use crate::dispatch::{Answerer, Resolution, resolve};
use crate::event::target;
use crate::kernel::built_in::BUILT_IN;
use crate::kernel::{Captured, Entry, Route, SOCKET, Table};
use crate::router::{MixedSegment, RequestPath, RouteKind, RoutePath, Segment, SegmentPart};

/// How many of the other routes are listed.
const MOST_OTHERS: usize = 10;

/// The output of `match METHOD PATH`. Returns an error if no handler answers.
pub fn explain(table: &Table, method: &str, path: &str) -> Result<String, String> {
    let method =
        Method::from_bytes(method.to_uppercase().as_bytes()).map_err(|_| format!("`{method}` is not a method"))?;
    let uri = target(path).map_err(|_| format!("`{path}` is not a path: it has to begin with one `/`"))?;
    let is_socket = method.as_str() == SOCKET;
    let mut text = format!("{method} {}\n", uri.path());
    let method = if is_socket { Method::GET } else { method };
    let mut answers = Vec::new();
    let refusal = match resolve(table, None, &method, &uri, || is_socket) {
        Resolution::Answer { by, page } => {
            let mut refusal = None;
            if let Answerer::Route(entry, captured) = by {
                describe(&mut text, entry, &captured);
                refusal = captured.iter().find_map(|(name, value)| {
                    let reason = entry.route.refuses(name, value)?;
                    Some(format!("400: `{name}` is `{value}`: {reason}"))
                });
                answers.push(entry);
            }
            if let Some(Answerer::Route(page, captured)) = page {
                text.push_str("  and if that returns nothing:\n");
                describe(&mut text, page, &captured);
                answers.push(page);
            }
            refusal
        }
        Resolution::Options(allow) => {
            let _ = writeln!(text, "  204 with `Allow: {allow}`: no handler takes OPTIONS");
            None
        }
        Resolution::MethodNotAllowed(allow) => Some(format!("405: the path is there, with {allow}")),
        Resolution::NotFound => Some("404: no route has this path".to_owned()),
        Resolution::BadPath(error) => Some(format!("400: {error}")),
    };
    if let Some(refusal) = &refusal {
        let _ = writeln!(text, "  {refusal}");
    }
    others(&mut text, table, &method, &uri, &answers);
    if refusal.is_none() { Ok(text) } else { Err(text) }
}

fn describe(text: &mut String, entry: Entry, captured: &Captured) {
    let _ = writeln!(text, "  {}  {} ({})", label(entry.route), entry.route.function_path(), entry.route.place());
    for (name, value) in captured.iter() {
        let _ = writeln!(text, "    {name} = {value}");
    }
}

/// A label such as `GET /api/students` or `page /students`.
fn label(route: &Route) -> String {
    let what = if route.kind == RouteKind::Page { "page".to_owned() } else { route.methods.join(", ") };
    format!("{what} {}", route.pattern)
}

/// Lists the routes that do not answer, those that match best first.
fn others(text: &mut String, table: &Table, method: &Method, uri: &Uri, answers: &[Entry]) {
    let Ok(path) = RequestPath::parse(uri.path()) else { return };
    let is_other = |route: &&&Route| {
        route.declaration.module != BUILT_IN && answers.iter().all(|entry| !std::ptr::eq(entry.route, **route))
    };
    let mut misses: Vec<(usize, &Route, String)> = Vec::new();
    for route in table.routes().iter().filter(is_other) {
        let worst = Miss { at: 0, reason: String::new() };
        let miss = route.paths.iter().try_fold(worst, |farthest, candidate| match fit(candidate, &path) {
            Ok(()) => Err(candidate),
            Err(miss) if miss.at >= farthest.at => Ok(miss),
            Err(_) => Ok(farthest),
        });
        misses.push(match miss {
            Ok(miss) => (miss.at, route, miss.reason),
            Err(fitting) => (usize::MAX, route, why_not(route, fitting, method, answers.first().copied())),
        });
    }
    misses.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
    let left_out = misses.len().saturating_sub(MOST_OTHERS);
    misses.truncate(MOST_OTHERS);
    if !misses.is_empty() {
        text.push_str("Not:\n");
    }
    for (_, route, reason) in &misses {
        let _ = writeln!(text, "  {}: {reason}", label(route));
    }
    if left_out > 0 {
        let _ = writeln!(text, "  and {left_out} more that fit less");
    }
}

/// The reason for a route whose path matches: either its method differs, or another route is more specific.
fn why_not(route: &Route, fitting: &RoutePath, method: &Method, chosen: Option<Entry>) -> String {
    let takes_method = route.methods.iter().any(|known| *known == method.as_str() || *known == "ANY");
    match chosen {
        None if takes_method => "the path fits, but a more specific one decides, and has another method".to_owned(),
        None => format!("the path fits, but it answers {} only", route.methods.join(", ")),
        Some(entry) if entry.route.kind != route.kind => "API routes come before pages".to_owned(),
        Some(entry) if entry.path.segments == fitting.segments => {
            format!("same path, for {}", route.methods.join(", "))
        }
        Some(entry) => {
            let better = entry.path.segments;
            let beaten = better.iter().zip(fitting.segments).position(|(better, worse)| better != worse);
            // What stands behind a catch-all decides at the place of the catch-all.
            let catch_all = better.iter().position(Segment::is_catch_all);
            let place = beaten.into_iter().chain(catch_all).min();
            let place = place.map_or_else(String::new, |index| format!(" at segment {}", index + 1));
            format!("the path fits, but `{}` is more specific{place}", entry.route.pattern)
        }
    }
}

/// Where a pattern and a path differ, and how.
struct Miss {
    at: usize,
    reason: String,
}

fn fit(candidate: &RoutePath, path: &RequestPath<'_>) -> Result<(), Miss> {
    let count = path.segment_count();
    let catch_all = candidate.segments.iter().position(Segment::is_catch_all);
    let (before, rest) = candidate.segments.split_at(catch_all.unwrap_or(candidate.segments.len()));
    fit_segments(before, 0, path)?;
    let Some((catch_all, behind)) = rest.split_first() else {
        if before.len() < count {
            return Err(Miss { at: before.len(), reason: format!("it ends after {}", segments(before.len())) });
        }
        return Ok(());
    };
    let least = before.len() + usize::from(*catch_all != Segment::OptionalRest) + behind.len();
    if count < least {
        return Err(Miss { at: count, reason: format!("it goes on after {}", segments(count)) });
    }
    let start = count - behind.len();
    if let Segment::MixedRest(parts) = catch_all {
        fit_segments(&[Segment::Mixed(parts)], start - 1, path)?;
    }
    fit_segments(behind, start, path)
}

/// Compares segments of a pattern, none of them a catch-all, with those of a path from `start` on.
fn fit_segments(pattern: &[Segment], start: usize, path: &RequestPath<'_>) -> Result<(), Miss> {
    for (index, segment) in (start..).zip(pattern) {
        let miss = |reason: String| Err(Miss { at: index, reason });
        if index >= path.segment_count() {
            return miss(format!("it goes on after {}", segments(path.segment_count())));
        }
        let text = path.segment(index);
        match segment {
            Segment::Literal(literal) if *literal != text => {
                return miss(format!("segment {} is `{text}`, not `{literal}`", index + 1));
            }
            Segment::Mixed(parts) if !MixedSegment::new(parts).matches(text) => {
                return miss(format!("segment {} `{text}` does not fit `{}`", index + 1, shape(parts)));
            }
            _ if text.is_empty() => return miss(format!("segment {} is empty", index + 1)),
            _ => {}
        }
    }
    Ok(())
}

fn shape(parts: &[SegmentPart]) -> String {
    parts
        .iter()
        .map(|part| match part {
            SegmentPart::Literal(text) => text,
            SegmentPart::Param => "[…]",
        })
        .collect()
}

fn segments(count: usize) -> String {
    if count == 1 { "1 segment".to_owned() } else { format!("{count} segments") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::built_in::route;

    const MD: &[SegmentPart] = &[SegmentPart::Param, SegmentPart::Literal(".md")];

    fn table() -> Table {
        use Segment::{Literal, MixedRest, OptionalRest, Param, Rest};
        let routes: [(&'static str, &'static [Segment], &'static [&'static str]); 4] = [
            ("/docs/[...path].md", &[Literal("docs"), MixedRest(MD)], &["path"]),
            ("/docs/[...path]/[file].md", &[Literal("docs"), Rest, Segment::Mixed(MD)], &["path", "file"]),
            ("/docs/[...path]/edit", &[Literal("docs"), Rest, Literal("edit")], &["path"]),
            ("/wiki/[[...rest]]/v/[id]", &[Literal("wiki"), OptionalRest, Literal("v"), Param], &["rest", "id"]),
        ];
        let routes = routes.map(|(pattern, segments, params)| {
            let paths = vec![RoutePath { segments, params }];
            let mut route = route("GET", pattern, paths.leak(), |_| None);
            route.declaration.module = "app";
            &*Box::leak(Box::new(route))
        });
        Table::build(routes).unwrap_or_else(|conflicts| panic!("{conflicts:?}"))
    }

    #[test]
    fn tails_of_catch_alls_are_compared_with_the_end_of_the_path() {
        let table = table();
        let cases = [
            ("/docs/a.md", "    path = a\n"),
            ("/docs/a/b.md", "    path = a\n    file = b\n"),
            ("/docs/a/b.md", "`/docs/[...path]/[file].md` is more specific at segment 2"),
            ("/docs/a/b/edit", "/docs/[...path].md: segment 4 `edit` does not fit `[…].md`"),
            ("/docs/a/b/edit", "/docs/[...path]/[file].md: segment 4 `edit` does not fit `[…].md`"),
            ("/docs/a/b.md", "/docs/[...path]/edit: segment 3 is `b.md`, not `edit`"),
            ("/docs/edit", "/docs/[...path]/edit: it goes on after 2 segments"),
            ("/docs", "/docs/[...path].md: it goes on after 1 segment"),
            ("/wiki/v/7", "    rest = \n    id = 7\n"),
            ("/wiki/7", "/wiki/[[...rest]]/v/[id]: it goes on after 2 segments"),
            ("/wiki/a/b/7", "/wiki/[[...rest]]/v/[id]: segment 3 is `b`, not `v`"),
        ];
        for (path, expected) in cases {
            let text = explain(&table, "GET", path).unwrap_or_else(|text| text);
            assert!(text.contains(expected), "{path}:\n{text}");
        }
    }
}
