//! The paths of the document, and the route at each path and method.
//!
//! OpenAPI has one path item for all templates that differ only in the names of their parameters, and it has no
//! catch-alls. A route that cannot have a path item of its own goes into `x-start-routes`.

use std::collections::BTreeMap;

use crate::kernel::{Route, Table};
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
    pub params: &'static [&'static str],
    /// The names that the route itself uses: routes of one shape need not agree on them.
    pub own_params: &'static [&'static str],
    /// Whether the last parameter is the rest of the path.
    pub catch_all: bool,
    /// Whether another route already occupies the template.
    pub inexpressible: bool,
}

/// The methods that ANY stands for here. TRACE and non-standard methods are of no use in a document; OPTIONS and HEAD
/// add no information.
const ANY: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// A shape: the routes that match the same paths.
type Shape = &'static [Segment];

/// A route as a candidate for a method of a shape. The lowest rank wins, as in the table.
struct Candidate {
    rank: (bool, bool, bool),
    route: &'static Route,
    params: &'static [&'static str],
}

/// All operations, in the order of the routes' patterns.
pub fn operations(table: &Table) -> Vec<PathOperation> {
    let mut shapes: Vec<(Shape, Vec<(&'static str, Candidate)>)> = Vec::new();
    let mut known: BTreeMap<Shape, usize> = BTreeMap::new();
    let routes = || table.routes().iter().copied().filter(|route| route.kind == RouteKind::Api);
    for (route, path) in routes().flat_map(|route| route.paths.iter().map(move |path| (route, path))) {
        for (shape, params, left_out) in variants(path) {
            let index = *known.entry(shape).or_insert_with(|| {
                shapes.push((shape, Vec::new()));
                shapes.len() - 1
            });
            for method in route.methods {
                let is_any = *method == "ANY";
                for method in if is_any { &ANY[..] } else { std::slice::from_ref(method) } {
                    let rank = (left_out, route.optional, is_any);
                    add(&mut shapes[index].1, method, Candidate { rank, route, params });
                }
            }
        }
    }
    // If two shapes have one template, the more specific shape gets the path item.
    shapes.sort_by_key(|(shape, _)| catch_all(shape));
    let mut templates: BTreeMap<String, Shape> = BTreeMap::new();
    let mut operations = Vec::new();
    for (shape, mut methods) in shapes {
        methods.retain(|(_, candidate)| !candidate.route.hidden);
        let Some(names) = methods.first().map(|(_, first)| first.params) else { continue };
        let erased = template(shape, &[]);
        let inexpressible = *templates.entry(erased).or_insert(shape) != shape;
        operations.extend(methods.into_iter().map(|(method, Candidate { route, params, .. })| PathOperation {
            route,
            method,
            template: template(shape, names),
            own_template: template(shape, params),
            params: names,
            own_params: params,
            catch_all: catch_all(shape),
            inexpressible,
        }));
    }
    operations.sort_by(|one, other| {
        let order = |method: &str| METHODS.iter().position(|known| *known == method);
        (&one.template, order(one.method)).cmp(&(&other.template, order(other.method)))
    });
    operations
}

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Returns the path, and for a catch-all that may be empty also the path without it.
fn variants(path: &'static RoutePath) -> impl Iterator<Item = (Shape, &'static [&'static str], bool)> {
    let without = match path.segments {
        [before @ .., Segment::OptionalRest] => path.params.split_last().map(|(_, params)| (before, params, true)),
        _ => None,
    };
    [Some((path.segments, path.params, false)), without].into_iter().flatten()
}

fn add(methods: &mut Vec<(&'static str, Candidate)>, method: &'static str, candidate: Candidate) {
    match methods.iter_mut().find(|(known, _)| *known == method) {
        Some((_, best)) if best.rank <= candidate.rank => {}
        Some((_, best)) => *best = candidate,
        None => methods.push((method, candidate)),
    }
}

fn catch_all(shape: Shape) -> bool {
    matches!(shape.last(), Some(Segment::Rest | Segment::OptionalRest))
}

fn template(shape: Shape, names: &[&str]) -> String {
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
            Segment::Mixed(parts) => {
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
