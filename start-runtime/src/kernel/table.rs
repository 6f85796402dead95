//! The routes of a program: collected, sorted, checked for conflicts, and ready for look-ups.
//!
//! Nothing here depends on the order in which the linker placed the records.

use std::collections::BTreeMap;

use actix_web::http::Method;

use super::capability::InPlace;
use super::conflict;
use super::conflict::{Conflict, Conflicts};
use super::listed::ListOperations;
use super::record::Route;
use super::step::{Step, steps_of};
use super::types_view::TypesView;
use crate::base::StartError;
use crate::router::{BadPath, Found, Inserted, Match, RouteKind, RoutePath, Router, Segment};

/// All routes of a program.
#[derive(Default)]
pub struct Table {
    routes: Vec<&'static Route>,
    router: Router,
    /// One for each group of routes that match the same paths.
    shapes: Vec<MethodTable>,
    /// See [`Table::passage`].
    passages: Vec<Entry>,
    /// What is answered before a request reaches a route, and in place of what a route answers.
    pub in_place: InPlace,
    /// What clients know by types of their own.
    pub types: Vec<TypesView>,
    /// Operations of the document that no route stands for.
    pub operations: Vec<ListOperations>,
}

/// A route as one of the paths that its pattern stands for.
#[derive(Clone, Copy)]
pub struct Entry {
    pub route: &'static Route,
    pub path: &'static RoutePath,
    /// What a request passes on its way, outermost first.
    pub steps: &'static [Step],
}

/// The handlers of one shape, by method.
#[derive(Default)]
pub struct MethodTable {
    entries: [Option<Entry>; METHODS.len()],
}

/// The methods in the order of `MethodTable::entries` and of the Allow header. `WS` is a socket: a GET request that asks for
/// a WebSocket.
const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "ANY", SOCKET];

/// What a socket has in the place of a method.
pub const SOCKET: &str = "WS";

impl From<Vec<Conflict>> for StartError {
    fn from(conflicts: Vec<Conflict>) -> Self {
        let conflicts: String = conflicts.iter().map(|conflict| format!("\n\n{conflict}")).collect();
        Self::new(format!("routes stand in each other's way:{conflicts}"))
    }
}

impl Table {
    /// Builds the table. Returns all conflicts between the routes together.
    pub fn build(routes: impl IntoIterator<Item = &'static Route>) -> Result<Self, Vec<Conflict>> {
        let mut routes: Vec<_> = routes.into_iter().collect();
        routes.sort_by_key(|route| {
            (
                route.pattern,
                METHODS.iter().position(|method| route.methods.contains(method)),
                route.kind,
                route.declaration.file,
                route.declaration.line,
            )
        });
        let mut conflicts = BTreeMap::new();
        let mut table = Self::default();
        for route in &routes {
            let steps = steps_of(route);
            for path in route.paths {
                table.insert(Entry { route, path, steps }, &mut conflicts);
            }
        }
        conflict::find_catch_alls(&routes, &mut conflicts);
        table.routes = routes;
        if conflicts.is_empty() { Ok(table) } else { Err(conflicts.into_values().collect()) }
    }

    /// Sets the routes that [`Table::passage`] finds.
    pub fn set_passages(&mut self, routes: &[&'static Route]) {
        let entry = |route: &&'static Route| Entry { route, path: &route.paths[0], steps: steps_of(route) };
        self.passages = routes.iter().map(entry).collect();
    }

    /// The route that passes a path on as it came, though no router reads it: one with an empty segment, or with an
    /// escape that is none. What stands before the catch-all has to be spelled as in the pattern; a dot segment is
    /// refused here as well.
    pub fn passage(&self, raw: &str) -> Option<Entry> {
        if self.passages.is_empty() || has_dot_segment(raw) {
            return None;
        }
        let fitting = self.passages.iter().filter(|entry| is_below(raw, entry.path.segments));
        fitting.max_by_key(|entry| entry.path.segments.len()).copied()
    }

    /// Every route, sorted by pattern and method.
    pub fn routes(&self) -> &[&'static Route] {
        &self.routes
    }

    /// Whether a page has the same path as this route.
    pub fn has_page(&self, route: &Route) -> bool {
        let mut pages = self.routes.iter().filter(|page| page.kind == RouteKind::Page).flat_map(|page| page.paths);
        pages.any(|page| route.paths.iter().any(|path| path.segments == page.segments))
    }

    fn insert(&mut self, entry: Entry, conflicts: &mut Conflicts) {
        let (Inserted::New(shape) | Inserted::Known(shape)) = self.router.insert(entry.route.kind, entry.path.segments);
        if shape == self.shapes.len() {
            self.shapes.push(MethodTable::default());
        }
        for method in entry.route.methods {
            let Some(slot) = self.shapes[shape].slot(method) else { continue };
            match slot {
                Some(first) if first.route.optional == entry.route.optional => {
                    conflict::add(conflicts, Conflict::new(method, first.route, entry.route));
                }
                // A route whose optional segment is left out yields to a route that is written out.
                Some(first) if !first.route.optional => {}
                _ => *slot = Some(entry),
            }
        }
    }

    /// Finds the best shape of each kind for a path, and the values of its parameters.
    pub fn find<'p>(&self, raw: &'p str) -> Result<Found<'p>, BadPath> {
        self.router.find(raw)
    }

    /// The handlers of a shape that was found.
    pub fn methods(&self, found: &Match) -> &MethodTable {
        &self.shapes[found.shape]
    }
}

impl MethodTable {
    fn slot(&mut self, method: &str) -> Option<&mut Option<Entry>> {
        let index = METHODS.iter().position(|known| *known == method)?;
        Some(&mut self.entries[index])
    }

    fn own(&self, index: usize) -> Option<Entry> {
        self.entries[index].or(self.entries[7])
    }

    /// The handler for a method: its own; for HEAD, that of GET; else that of ANY.
    pub fn entry(&self, method: &Method) -> Option<Entry> {
        match *method {
            Method::GET => self.own(0),
            Method::HEAD => self.entries[1].or_else(|| self.own(0)),
            Method::POST => self.own(2),
            Method::PUT => self.own(3),
            Method::PATCH => self.own(4),
            Method::DELETE => self.own(5),
            Method::OPTIONS => self.own(6),
            _ => self.entries[7],
        }
    }

    /// The handler of a socket.
    pub fn socket(&self) -> Option<Entry> {
        self.entries[8]
    }

    /// Whether there is nothing but a socket: then OPTIONS is no method of the path either.
    pub fn is_socket_alone(&self) -> bool {
        self.entries[8].is_some() && self.entries[..8].iter().all(Option::is_none)
    }

    /// The value of the Allow header (RFC 9110, section 10.2.1), including the methods that are answered without a
    /// handler of their own.
    pub fn allow(&self, page: bool) -> String {
        if self.is_socket_alone() && !page {
            return "GET".to_owned();
        }
        let has = |index: usize| self.entries[index].is_some() || (page && index == 0);
        let allowed = METHODS[..7].iter().enumerate().filter(|(index, method)| match **method {
            "GET" => has(0) || self.entries[8].is_some(),
            "HEAD" => has(0) || has(1),
            "OPTIONS" => true,
            _ => has(*index),
        });
        allowed.map(|(_, method)| *method).collect::<Vec<_>>().join(", ")
    }
}

/// Whether a path has more than these segments, which are literal but for the catch-all at the end.
fn is_below(raw: &str, segments: &[Segment]) -> bool {
    let mut rest = Some(raw);
    for segment in segments {
        let Segment::Literal(text) = segment else { break };
        rest = rest.and_then(|rest| rest.strip_prefix('/')?.strip_prefix(text));
    }
    rest.is_some_and(|rest| rest.len() > 1 && rest.starts_with('/'))
}

fn has_dot_segment(raw: &str) -> bool {
    raw.split('/').any(|segment| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | ".."))
}
