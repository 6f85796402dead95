//! Steps: what a request passes on its way to a handler, middleware and guards.
//!
//! A route names them in its attribute; `middleware!`, `guard!` and `_middleware.rs` name them for a module or a folder.
//! Outer levels come first, and of one level middleware comes before guards.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::guard::GuardRecord;
use super::middleware::{Label, MiddlewareRecord};
use super::procedure::Procedure;
use super::record::Route;

/// One step.
#[derive(Clone, Copy)]
pub enum Step {
    Middleware(MiddlewareRecord),
    Guard(GuardRecord),
}

impl Step {
    pub fn is_middleware(&self) -> bool {
        matches!(self, Self::Middleware(_))
    }

    pub fn label(&self) -> Label {
        match self {
            Self::Middleware(middleware) => middleware.label(),
            Self::Guard(GuardRecord { declaration, .. }) => {
                Label { what: "guard", name: declaration.function, file: declaration.file, line: declaration.line }
            }
        }
    }
}

/// A step for all routes of a module, or of some of the modules in it.
pub struct ModuleStep {
    pub module: &'static str,
    /// The modules below `module` that it stands before; `None` for all of it.
    pub below: Option<&'static [&'static str]>,
    /// How deep the folder is that it stands for.
    pub depth: usize,
    pub step: Step,
    pub file: &'static str,
    pub line: u32,
}

inventory::collect!(ModuleStep);

impl ModuleStep {
    /// Whether it stands before the routes of a module.
    pub fn covers(&self, module: &str) -> bool {
        let Some(rest) = module.strip_prefix(self.module) else { return false };
        if !rest.is_empty() && !rest.starts_with("::") {
            return false;
        }
        let first = rest.trim_start_matches("::").split("::").next().unwrap_or_default();
        self.below.is_none_or(|below| below.contains(&first))
    }
}

/// The steps before a route, outermost first. They are put together once for each route of the program.
pub fn steps_of(route: &'static Route) -> &'static [Step] {
    static KNOWN: Mutex<BTreeMap<usize, &'static [Step]>> = Mutex::new(BTreeMap::new());
    if inventory::iter::<ModuleStep>().next().is_none() {
        return route.steps;
    }
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(std::ptr::from_ref(route).addr()).or_insert_with(|| {
        let all = steps_before(route.declaration.module, route.steps);
        if all.len() == route.steps.len() { route.steps } else { all.leak() }
    })
}

/// The steps of the modules around a function, and then its own.
pub fn steps_before(module: &str, own: &[Step]) -> Vec<Step> {
    let mut outer: Vec<&ModuleStep> = inventory::iter::<ModuleStep>().collect();
    outer.retain(|outer| outer.covers(module));
    outer.sort_by_key(|outer| (outer.module.len(), outer.depth, !outer.step.is_middleware(), outer.file, outer.line));
    outer.into_iter().map(|outer| outer.step).chain(own.iter().copied()).collect()
}

/// The steps of modules and folders that stand before no route and no procedure of the program: what they are, and their
/// places.
pub fn idle_steps(routes: &[&'static Route]) -> Vec<(&'static str, String)> {
    let routes = || routes.iter().map(|route| route.declaration.module);
    let procedures = || inventory::iter::<Procedure>().map(|procedure| procedure.declaration.module);
    let idle = |outer: &&ModuleStep| !routes().chain(procedures()).any(|module| outer.covers(module));
    let mut idle: Vec<_> = inventory::iter::<ModuleStep>().filter(idle).collect();
    idle.sort_by_key(|outer| (outer.file, outer.line));
    let named = |outer: &&ModuleStep| {
        let label = outer.step.label();
        (label.what, format!("`{}` at {}:{}", label.name, outer.file, outer.line))
    };
    idle.iter().map(named).collect()
}
