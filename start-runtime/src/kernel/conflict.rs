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

/// Where a catch-all stands: the segments before it, and those behind it.
type Place = (RouteKind, &'static [Segment], &'static [Segment]);

pub fn add(conflicts: &mut Conflicts, conflict: Conflict) {
    conflicts.entry((conflict.first.place(), conflict.second.place())).or_insert(conflict);
}

/// Finds `[...rest]` beside `[[...rest]]` in the same place, with the same behind them: both match `/x`, whatever their
/// methods are.
pub fn find_catch_alls(routes: &[&'static Route], conflicts: &mut Conflicts) {
    let mut seen: HashMap<Place, (Segment, &'static Route)> = HashMap::new();
    for route in routes {
        for path in route.paths {
            let is_rest = |segment: &Segment| matches!(segment, Segment::Rest | Segment::OptionalRest);
            let Some(at) = path.segments.iter().position(is_rest) else { continue };
            let (catch_all, before, behind) = (path.segments[at], &path.segments[..at], &path.segments[at + 1..]);
            let (other, first) = *seen.entry((route.kind, before, behind)).or_insert((catch_all, route));
            if other != catch_all {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::built_in::route;
    use crate::router::{RoutePath, SegmentPart};

    fn leaked(segments: &[Segment]) -> &'static Route {
        let paths = vec![RoutePath { segments: segments.to_vec().leak(), params: &[] }];
        let pattern = format!("{segments:?}");
        Box::leak(Box::new(route("GET", pattern.leak(), paths.leak(), |_| None)))
    }

    #[test]
    fn only_what_may_be_empty_and_what_may_not_conflict_at_one_place_before_one_tail() {
        use Segment::{Literal, MixedRest, OptionalRest, Param, Rest};
        const MD: &[SegmentPart] = &[SegmentPart::Param, SegmentPart::Literal(".md")];
        let cases: &[(&[Segment], &[Segment], bool)] = &[
            (&[Rest], &[OptionalRest], true),
            (&[Rest, Literal("edit")], &[OptionalRest, Literal("edit")], true),
            (&[Param, Rest, Param], &[Param, OptionalRest, Param], true),
            (&[Rest, Literal("edit")], &[OptionalRest, Literal("view")], false),
            (&[Rest, Literal("edit")], &[OptionalRest], false),
            (&[Rest], &[OptionalRest, Param], false),
            (&[MixedRest(MD)], &[OptionalRest], false),
            (&[MixedRest(MD)], &[Rest, Literal("edit")], false),
            (&[Param, Rest], &[OptionalRest], false),
        ];
        for (one, other, expected) in cases {
            let mut conflicts = Conflicts::new();
            find_catch_alls(&[leaked(one), leaked(other)], &mut conflicts);
            assert_eq!(!conflicts.is_empty(), *expected, "{one:?} beside {other:?}");
        }
    }
}
