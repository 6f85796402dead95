//! `match`: which handler answers, with which params, and why the others do not.

use std::fmt::Write as _;

use actix_web::http::{Method, Uri};

use crate::dispatch::{Answerer, Resolution, resolve};
use crate::event::{Captured, target};
use crate::path::RequestPath;
use crate::route::{Part, Route, RouteKind, RoutePath, Segment};
use crate::router::{MixedSegment, Values};
use crate::table::{Entry, Table};

/// How many of the other routes are told.
const MOST_OTHERS: usize = 10;

/// The answer to `match METHOD PATH`; an error if no handler answers.
pub fn explain(table: &Table, method: &str, path: &str) -> Result<String, String> {
    let method =
        Method::from_bytes(method.to_uppercase().as_bytes()).map_err(|_| format!("`{method}` is not a method"))?;
    let uri = target(path).map_err(|_| format!("`{path}` is not a path: it has to begin with one `/`"))?;
    let mut text = format!("{method} {}\n", uri.path());
    let answers = match resolve(table, None, &method, &uri) {
        Resolution::Answer { by: Answerer::Route(entry, captured), page } => {
            describe(&mut text, entry, &captured);
            if let Some(Answerer::Route(page, captured)) = page {
                text.push_str("  and if that returns nothing:\n");
                describe(&mut text, page, &captured);
            }
            Ok(Some(entry))
        }
        Resolution::Answer { by: Answerer::File(_), .. } => Ok(None),
        Resolution::Options(allow) => {
            let _ = writeln!(text, "  204 with `Allow: {allow}`: no handler takes OPTIONS");
            Ok(None)
        }
        Resolution::MethodNotAllowed(allow) => Err(format!("405: the path is there, with {allow}")),
        Resolution::NotFound => Err("404: no route has this path".to_owned()),
        Resolution::BadPath(error) => Err(format!("400: {error}")),
        Resolution::BadHost => Err("400".to_owned()),
    };
    let chosen = answers.as_ref().ok().copied().flatten();
    if let Err(reason) = &answers {
        let _ = writeln!(text, "  {reason}");
    }
    others(&mut text, table, &method, &uri, chosen);
    if answers.is_ok() { Ok(text) } else { Err(text) }
}

fn describe(text: &mut String, entry: Entry, captured: &Captured) {
    let Route { methods, pattern, kind, .. } = entry.route;
    let what = if *kind == RouteKind::Page { "page".to_owned() } else { methods.join(", ") };
    let _ = writeln!(text, "  {what} {pattern}  {} ({})", entry.route.function_path(), entry.route.place());
    for (name, value) in captured.iter() {
        let _ = writeln!(text, "    {name} = {value}");
    }
}

fn others(text: &mut String, table: &Table, method: &Method, uri: &Uri, chosen: Option<Entry>) {
    let Ok(path) = RequestPath::parse(uri.path()) else { return };
    let mut misses: Vec<(usize, &Route, String)> = Vec::new();
    for route in table.routes().iter().filter(|route| chosen.is_none_or(|entry| !std::ptr::eq(entry.route, **route))) {
        let fits: Vec<Result<(), Miss>> = route.paths.iter().map(|candidate| fit(candidate, &path)).collect();
        let best = fits.into_iter().max_by_key(|fit| fit.as_ref().map_or_else(|miss| miss.at, |()| usize::MAX));
        match best {
            Some(Ok(())) => misses.push((usize::MAX, route, why_not(route, method, chosen))),
            Some(Err(miss)) => misses.push((miss.at, route, miss.reason)),
            None => {}
        }
    }
    misses.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
    let left_out = misses.len().saturating_sub(MOST_OTHERS);
    misses.truncate(MOST_OTHERS);
    if !misses.is_empty() {
        text.push_str("Not:\n");
    }
    for (_, route, reason) in &misses {
        let _ = writeln!(text, "  {} {}: {reason}", route.methods.join(", "), route.pattern);
    }
    if left_out > 0 {
        let _ = writeln!(text, "  and {left_out} more that fit less");
    }
}

/// The path fits: then it is the method, or a more specific route.
fn why_not(route: &Route, method: &Method, chosen: Option<Entry>) -> String {
    match chosen {
        None => format!("the path fits, but it answers {} only", route.methods.join(", ")),
        Some(entry) if entry.path.segments == route.paths[0].segments => {
            format!("same path, for {}", route.methods.join(", "))
        }
        Some(entry) if entry.route.kind != route.kind => "API routes come before pages".to_owned(),
        Some(entry) => {
            let beaten =
                entry.path.segments.iter().zip(route.paths[0].segments).position(|(better, worse)| better != worse);
            let place = beaten.map_or_else(String::new, |index| format!(" at segment {}", index + 1));
            let _ = method;
            format!("the path fits, but `{}` is more specific{place}", entry.route.pattern)
        }
    }
}

/// Where a pattern and a path part, and how.
struct Miss {
    at: usize,
    reason: String,
}

fn fit(candidate: &RoutePath, path: &RequestPath<'_>) -> Result<(), Miss> {
    let miss = |at: usize, reason: String| Err(Miss { at, reason });
    for (index, segment) in candidate.segments.iter().enumerate() {
        if matches!(segment, Segment::OptionalRest) {
            return Ok(());
        }
        if index >= path.segment_count() {
            return miss(index, format!("it goes on after {} segments", path.segment_count()));
        }
        let text = path.segment(index);
        match segment {
            Segment::Literal(literal) if *literal != text => {
                return miss(index, format!("segment {} is `{text}`, not `{literal}`", index + 1));
            }
            Segment::Mixed(parts) if !MixedSegment::new(parts).capture(text, 0, &mut Values::new()) => {
                return miss(index, format!("segment {} `{text}` does not fit `{}`", index + 1, shape(parts)));
            }
            Segment::Rest => return Ok(()),
            _ if text.is_empty() => return miss(index, format!("segment {} is empty", index + 1)),
            _ => {}
        }
    }
    if candidate.segments.len() < path.segment_count() {
        return miss(candidate.segments.len(), format!("it ends after {} segments", candidate.segments.len()));
    }
    Ok(())
}

fn shape(parts: &[Part]) -> String {
    parts
        .iter()
        .map(|part| match part {
            Part::Literal(text) => text,
            Part::Param => "[…]",
        })
        .collect()
}
