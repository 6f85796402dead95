//! Routes that conflict. Inside a crate they are found at compile time; across crates they are found here.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use super::record::Route;
use crate::router::{RouteKind, Segment};

/// Two routes that answer the same requests, so that neither can be chosen.
#[derive(Debug)]
pub struct Conflict {
    problem: String,
    first: &'static Route,
    second: &'static Route,
}

/// Conflicts by the places of the two routes, so that each pair is reported once.
pub type Conflicts = BTreeMap<(String, String), Conflict>;

impl Conflict {
    /// The conflict of two routes with one method and one shape.
    pub fn new(method: &str, first: &'static Route, second: &'static Route) -> Self {
        let problem = if first.pattern == second.pattern {
            format!("two routes answer {method} {}", first.pattern)
        } else {
            format!("two routes answer {method} on the same paths")
        };
        Self { problem, first, second }
    }
}

pub fn add(conflicts: &mut Conflicts, conflict: Conflict) {
    conflicts.entry((conflict.first.place(), conflict.second.place())).or_insert(conflict);
}

/// Finds `[...rest]` beside `[[...rest]]` in the same place: both match `/x`, whatever their methods are.
pub fn find_catch_alls(routes: &[&'static Route], conflicts: &mut Conflicts) {
    let mut seen: HashMap<(RouteKind, &[Segment]), (Segment, &'static Route)> = HashMap::new();
    for route in routes {
        for path in route.paths {
            let Some((last @ (Segment::Rest | Segment::OptionalRest), before)) = path.segments.split_last() else {
                continue;
            };
            let (other, first) = *seen.entry((route.kind, before)).or_insert((*last, route));
            if other != *last {
                let problem =
                    "two catch-alls stand at one place, one that may be empty and one that may not".to_owned();
                add(conflicts, Conflict { problem, first, second: route });
            }
        }
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}:", self.problem)?;
        for route in [self.first, self.second] {
            let methods = route.methods.join(", ");
            writeln!(f, "  {methods} {}  at {}  (crate {})", route.pattern, route.place(), route.crate_name())?;
        }
        write!(f, "  Keep one of them, or give one another path or method.")
    }
}
