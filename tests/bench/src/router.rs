//! Routers alone: nanoseconds per match, for sets of 10 to 10,000 routes.
//!
//! Half of a set is static (`/api/v1/r00042/list`); the other half has two parameters
//! (`/api/v1/r00042/[id]/items/[item]`). Start's time includes all that dispatch does to find a route: the map of literal
//! paths, the trie, and the refusal of what is malformed.

use std::hint::black_box;
use std::time::{Duration, Instant};

use start_runtime::__rt::router::Router;
use start_runtime::__rt::{RouteKind, Segment};

use crate::Result;
use crate::stats::{median, print_table, row, thousands};

pub const SIZES: [usize; 4] = [10, 100, 1000, 10_000];
const ROUNDS: usize = 7;

/// The numbers of the routes of each half, and the paths that are requested, out of order.
struct Set {
    resources: Vec<String>,
    static_paths: Vec<String>,
    dynamic_paths: Vec<String>,
}

impl Set {
    fn new(size: usize) -> Self {
        let resources: Vec<String> = (0..size / 2).map(|number| format!("r{number:05}")).collect();
        // A step without common divisors: paths that follow each other in time are not neighbours in the tree.
        let asked = || (0..resources.len()).map(|number| &resources[number * 2_357 % resources.len()]);
        let static_paths = asked().map(|name| format!("/api/v1/{name}/list")).collect();
        let dynamic_paths = asked().map(|name| format!("/api/v1/{name}/4711/items/owl")).collect();
        Self { resources, static_paths, dynamic_paths }
    }

    /// The routes, with the parameters written as the router expects them.
    fn patterns(&self, open: char, close: char) -> impl Iterator<Item = String> {
        self.resources.iter().flat_map(move |name| {
            [format!("/api/v1/{name}/list"), format!("/api/v1/{name}/{open}id{close}/items/{open}item{close}")]
        })
    }

    fn time(&self, finds: impl Fn(&str) -> bool) -> Result<(f64, f64)> {
        Ok((ns_a_match(&self.static_paths, &finds)?, ns_a_match(&self.dynamic_paths, &finds)?))
    }
}

/// Matches some paths of a set, for callgrind: `router` is `start` or `matchit`, `kind` is `static` or `dynamic`.
pub fn repeat(router: &str, size: usize, kind: &str, times: usize) -> Result<()> {
    let set = Set::new(size);
    let paths = if kind == "static" { &set.static_paths } else { &set.dynamic_paths };
    let again = |finds: &dyn Fn(&str) -> bool| paths.iter().cycle().take(times).all(|path| finds(path));
    let all_found = if router == "start" {
        let router = start_router(&set);
        again(&|path| black_box(router.find(black_box(path))).is_ok_and(|found| found.api.is_some()))
    } else {
        let router = matchit_router(&set)?;
        again(&|path| black_box(router.at(black_box(path))).is_ok())
    };
    if all_found { Ok(()) } else { Err("a router does not find a path".into()) }
}

/// Measures and prints.
pub fn run() -> Result<()> {
    let mut rows = vec![row!["routes", "Start", "matchit", "wayfind", "actix-router"]];
    for size in SIZES {
        let set = Set::new(size);
        let mut cells = row![thousands(size as f64)];
        for router in [start, matchit, wayfind, actix] {
            let (of_static, of_dynamic) = router(&set)?;
            cells.push(format!("{} / {}", thousands(of_static), thousands(of_dynamic)));
        }
        rows.push(cells);
    }
    print_table("Routers, ns per match (static / dynamic)", &rows);
    Ok(())
}

fn start(set: &Set) -> Result<(f64, f64)> {
    let router = start_router(set);
    set.time(|path| black_box(router.find(black_box(path))).is_ok_and(|found| found.api.is_some()))
}

fn start_router(set: &Set) -> Router {
    let mut router = Router::default();
    for name in &set.resources {
        let name = Segment::Literal(name.clone().leak());
        let [api, version, list, items] = ["api", "v1", "list", "items"].map(Segment::Literal);
        router.insert(RouteKind::Api, &[api, version, name, list]);
        router.insert(RouteKind::Api, &[api, version, name, Segment::Param, items, Segment::Param]);
    }
    router
}

fn matchit(set: &Set) -> Result<(f64, f64)> {
    let router = matchit_router(set)?;
    set.time(|path| black_box(router.at(black_box(path))).is_ok())
}

fn matchit_router(set: &Set) -> Result<matchit::Router<usize>> {
    let mut router = matchit::Router::new();
    for (number, pattern) in set.patterns('{', '}').enumerate() {
        router.insert(pattern, number)?;
    }
    Ok(router)
}

fn wayfind(set: &Set) -> Result<(f64, f64)> {
    let mut builder = wayfind::RouterBuilder::new();
    for (number, pattern) in set.patterns('<', '>').enumerate() {
        builder.insert(&pattern, number)?;
    }
    let router = builder.build();
    set.time(|path| black_box(router.search(black_box(path))).is_some())
}

fn actix(set: &Set) -> Result<(f64, f64)> {
    let mut builder = actix_router::Router::<usize>::build();
    for (number, pattern) in set.patterns('{', '}').enumerate() {
        builder.path(pattern, number);
    }
    let router = builder.finish();
    set.time(|path| {
        let mut path = actix_router::Path::new(black_box(path));
        let found = router.recognize(&mut path).is_some();
        black_box(path);
        found
    })
}

/// The median of a few rounds of at least 50 ms.
fn ns_a_match(paths: &[String], finds: impl Fn(&str) -> bool) -> Result<f64> {
    if let Some(path) = paths.iter().step_by(paths.len().div_ceil(50)).find(|path| !finds(path)) {
        return Err(format!("a router does not find {path}").into());
    }
    let mut next = paths.iter().cycle();
    let mut round = || {
        let (started, mut matches) = (Instant::now(), 0.0);
        while started.elapsed() < Duration::from_millis(50) {
            for path in next.by_ref().take(200) {
                black_box(finds(path));
            }
            matches += 200.0;
        }
        started.elapsed().as_nanos() as f64 / matches
    };
    round();
    Ok(median((0..ROUNDS).map(|_| round())))
}
