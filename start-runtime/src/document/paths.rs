//! The paths of the document, and the route at each path and method.
//!
//! OpenAPI has one path item for all templates that differ only in the names of their parameters, and it has no
//! catch-alls. A route that cannot have a path item of its own goes into `x-start-routes`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::kernel::{Route, SOCKET, Table};
use crate::router::{RouteKind, RoutePath, Segment, SegmentPart};

/// One method of one path.
pub struct PathOperation {
    pub route: &'static Route,
    pub method: &'static str,
    /// The path with its parameters in braces.
    pub template: String,
    /// The same with the names that the route itself uses: they do not change when routes of the same shape are added.
    pub own_template: String,
    /// The names of the parameters in the template.
    pub params: Vec<&'static str>,
    /// The names that the route itself uses: routes of one shape need not agree on them.
    pub own_params: Vec<&'static str>,
    pub catch_all: Option<CatchAll>,
    /// Whether another route already occupies the template.
    pub inexpressible: bool,
}

/// The parameter of a path that stands for any number of segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatchAll {
    /// The place of its segment among the segments.
    pub segment: usize,
    /// Its place among the parameters.
    pub param: usize,
    /// Whether it is the rest of the path, with nothing behind it.
    pub is_end: bool,
}

/// The methods that ANY stands for here. TRACE and non-standard methods are of no use in a document; OPTIONS and HEAD
/// add no information.
const ANY: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// A shape: the routes that match the same paths.
type Shape = Vec<Segment>;

/// A route as a candidate for a method of a shape. The lowest rank wins, as in the table.
struct Candidate {
    rank: (bool, bool, bool),
    route: &'static Route,
    params: Vec<&'static str>,
}

/// All operations, in the order of the routes' patterns.
pub fn operations(table: &Table) -> Vec<PathOperation> {
    let mut shapes: Vec<(Shape, Vec<(&'static str, Candidate)>)> = Vec::new();
    let mut known: BTreeMap<Shape, usize> = BTreeMap::new();
    let routes = || table.routes().iter().copied().filter(|route| route.kind == RouteKind::Api);
    for (route, path) in routes().flat_map(|route| route.paths.iter().map(move |path| (route, path))) {
        for (shape, params, left_out) in variants(path) {
            let index = *known.entry(shape).or_insert_with_key(|shape| {
                shapes.push((shape.clone(), Vec::new()));
                shapes.len() - 1
            });
            for method in route.methods {
                let is_any = *method == "ANY";
                for method in if is_any { &ANY[..] } else { std::slice::from_ref(method) } {
                    let rank = (left_out, route.optional, is_any);
                    add(&mut shapes[index].1, method, Candidate { rank, route, params: params.clone() });
                }
            }
        }
    }
    // If two shapes have one template, the more specific shape gets the path item: the one whose catch-all comes later.
    shapes.sort_by_key(|(shape, _)| Reverse(catch_all(shape).map_or(usize::MAX, |catch_all| catch_all.segment)));
    let mut templates: BTreeMap<String, Shape> = BTreeMap::new();
    let mut operations = Vec::new();
    for (shape, mut methods) in shapes {
        methods.retain(|(_, candidate)| !candidate.route.hidden);
        let Some(names) = methods.first().map(|(_, first)| first.params.clone()) else { continue };
        let erased = template(&shape, &[]);
        let inexpressible = *templates.entry(erased).or_insert_with(|| shape.clone()) != shape;
        operations.extend(methods.into_iter().map(|(method, Candidate { route, params, .. })| PathOperation {
            route,
            method,
            template: template(&shape, &names),
            own_template: template(&shape, &params),
            params: names.clone(),
            own_params: params,
            catch_all: catch_all(&shape),
            inexpressible,
        }));
    }
    operations.sort_by(|one, other| {
        let order = |method: &str| METHODS.iter().position(|known| *known == method);
        (&one.template, order(one.method)).cmp(&(&other.template, order(other.method)))
    });
    operations
}

const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", SOCKET];

/// Returns the path, and for a catch-all that may be empty also the path without it.
fn variants(path: &'static RoutePath) -> impl Iterator<Item = (Shape, Vec<&'static str>, bool)> {
    let (segments, params) = (path.segments.to_vec(), path.params.to_vec());
    let without = catch_all(&segments).filter(|found| segments[found.segment] == Segment::OptionalRest).map(|found| {
        let (mut segments, mut params) = (segments.clone(), params.clone());
        segments.remove(found.segment);
        params.remove(found.param);
        (segments, params, true)
    });
    std::iter::once((segments, params, false)).chain(without)
}

fn add(methods: &mut Vec<(&'static str, Candidate)>, method: &'static str, candidate: Candidate) {
    match methods.iter_mut().find(|(known, _)| *known == method) {
        Some((_, best)) if best.rank <= candidate.rank => {}
        Some((_, best)) => *best = candidate,
        None => methods.push((method, candidate)),
    }
}

fn catch_all(shape: &[Segment]) -> Option<CatchAll> {
    let segment = shape.iter().position(Segment::is_catch_all)?;
    let is_end = segment + 1 == shape.len() && !matches!(shape[segment], Segment::MixedRest(_));
    Some(CatchAll { segment, param: shape[..segment].iter().map(params).sum(), is_end })
}

/// The number of parameters in a segment.
fn params(segment: &Segment) -> usize {
    match segment {
        Segment::Literal(_) => 0,
        Segment::Param | Segment::Rest | Segment::OptionalRest => 1,
        Segment::Mixed(parts) | Segment::MixedRest(parts) => {
            parts.iter().filter(|part| **part == SegmentPart::Param).count()
        }
    }
}

/// The path of these segments, with the names of its parameters in braces.
pub fn template(shape: &[Segment], names: &[&str]) -> String {
    if shape.is_empty() {
        return "/".to_owned();
    }
    let mut names = names.iter();
    let mut name = || format!("{{{}}}", names.next().copied().unwrap_or_default());
    let mut text = String::new();
    for segment in shape {
        text.push('/');
        match segment {
            Segment::Literal(literal) => text.push_str(&encode(literal)),
            Segment::Param | Segment::Rest | Segment::OptionalRest => text.push_str(&name()),
            Segment::Mixed(parts) | Segment::MixedRest(parts) => {
                for part in *parts {
                    match part {
                        SegmentPart::Literal(literal) => text.push_str(&encode(literal)),
                        SegmentPart::Param => text.push_str(&name()),
                    }
                }
            }
        }
    }
    text
}

/// The path as clients of the command `types` fill it in: the parameters by the names of the route, `{*rest}` for one or
/// more segments, and `{?rest}` for any number of them.
#[allow(dead_code, reason = "a capability writes the types of a program")]
pub fn fillable(path: &RoutePath) -> String {
    let marked: Vec<String> = match catch_all(path.segments) {
        None => path.params.iter().map(|name| (*name).to_owned()).collect(),
        Some(found) => {
            let mark = if path.segments[found.segment] == Segment::OptionalRest { '?' } else { '*' };
            let name = |(index, name): (usize, &&str)| {
                if index == found.param { format!("{mark}{name}") } else { (*name).to_owned() }
            };
            path.params.iter().enumerate().map(name).collect()
        }
    };
    template(path.segments, &marked.iter().map(String::as_str).collect::<Vec<_>>())
}

fn encode(literal: &str) -> String {
    const SET: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'#')
        .add(b'%')
        .add(b'/')
        .add(b'<')
        .add(b'>')
        .add(b'?')
        .add(b'`')
        .add(b'{')
        .add(b'}');
    percent_encoding::utf8_percent_encode(literal, SET).to_string()
}
