//! Guards: what has to let a request in before its handler runs.
//!
//! A route names its guards in its attribute; `guard!` and `_middleware.rs` name one for a module or a folder. The outer
//! ones run first.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use super::call::Call;
use super::record::{Declaration, Route};
use crate::describe::Operation;
use crate::response::Outcome;

/// The future of a check: `Err` is the answer to who is not let in.
pub type CheckFuture = Pin<Box<dyn Future<Output = Result<(), Outcome>>>>;

/// A function with `#[extractor]`, as a check.
#[derive(Clone, Copy)]
pub struct GuardRecord {
    pub declaration: Declaration,
    pub check: fn(Call) -> CheckFuture,
    pub describe: fn(&mut Operation<'_>),
}

/// A guard for all routes of a module, or of some of the modules in it.
pub struct ModuleGuard {
    pub module: &'static str,
    /// The modules below `module` that it stands before; `None` for all of it.
    pub below: Option<&'static [&'static str]>,
    /// How deep the folder is that it stands for.
    pub depth: usize,
    pub guard: GuardRecord,
    pub file: &'static str,
    pub line: u32,
}

inventory::collect!(ModuleGuard);

impl ModuleGuard {
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

/// The guards of a route, outermost first. They are put together once for each route of the program.
pub fn guards_of(route: &'static Route) -> &'static [GuardRecord] {
    static KNOWN: Mutex<BTreeMap<usize, &'static [GuardRecord]>> = Mutex::new(BTreeMap::new());
    if inventory::iter::<ModuleGuard>().next().is_none() {
        return route.guards;
    }
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(std::ptr::from_ref(route).addr()).or_insert_with(|| {
        let mut outer: Vec<&ModuleGuard> = inventory::iter::<ModuleGuard>().collect();
        outer.retain(|guard| guard.covers(route.declaration.module));
        outer.sort_by_key(|guard| (guard.module.len(), guard.depth, guard.file, guard.line));
        if outer.is_empty() {
            return route.guards;
        }
        let outer = outer.into_iter().map(|outer| outer.guard);
        outer.chain(route.guards.iter().copied()).collect::<Vec<_>>().leak()
    })
}

/// The guards of modules and folders that stand before no route of the program, with their places.
pub fn idle_guards(routes: &[&'static Route]) -> Vec<String> {
    let idle = |guard: &&ModuleGuard| !routes.iter().any(|route| guard.covers(route.declaration.module));
    let mut idle: Vec<_> = inventory::iter::<ModuleGuard>().filter(idle).collect();
    idle.sort_by_key(|guard| (guard.file, guard.line));
    idle.iter()
        .map(|guard| format!("`{}` at {}:{}", guard.guard.declaration.function, guard.file, guard.line))
        .collect()
}
