//! Whether the program lives, and whether it is ready: `/health/live` and `/health/ready`.
//!
//! - Only these two routes ask: no other request passes here.
//! - Stores that capabilities need are among the checks by themselves.
//! - A check is asked once at a time, and its answer counts for a second, however many ask.
//! - Why a check failed is in the log. A client reads its name alone.

mod check;
mod routes;
mod settings;

use crate::base::StartError;
use crate::kernel::built_in::route_at;
use crate::kernel::{Capability, Opening, Route, Settings};
use check::Check;

pub const CAPABILITY: Capability = Capability { open, command: None };

/// The checks of a program, in the order in which it names them.
#[derive(Default)]
struct Checks(Vec<Check>);

fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    let Some(mut checks) = settings.take::<Checks>() else { return Ok(()) };
    for (index, Check { name, .. }) in checks.0.iter().enumerate() {
        if name.trim().is_empty() {
            return Err(StartError::new("a check has no name: write `check(\"db\", …)`"));
        }
        if checks.0[..index].iter().any(|other| other.name == *name) {
            return Err(StartError::new(format!("two checks are called `{name}`: give one of them another name")));
        }
    }
    // The program's own check of a store takes the place of ours.
    let stores =
        opening.checks.iter().filter(|store| store.is_needed && checks.0.iter().all(|own| own.name != store.name));
    let stores: Vec<Check> = stores.map(Check::of_store).collect();
    checks.0.extend(stores);
    for (function, path, adapter) in routes::ALL {
        let route = route_at(function, path, adapter).map_err(StartError::new)?;
        // As everywhere, a route whose optional segment is left out yields to a route that is written out.
        if let Some(by) = opening.routes_at(route).find(|route| !route.optional) {
            return Err(taken(path, by));
        }
        opening.routes.push(route);
    }
    opening.state.insert(checks);
    Ok(())
}

fn taken(path: &str, by: &Route) -> StartError {
    StartError::new(format!(
        "the health route {path} stands in the way of a route:\n  {} {}  at {}  (crate {})\n\
         Give it another path, or leave `check` and `health` out",
        by.methods.join(", "),
        by.pattern,
        by.place(),
        by.crate_name()
    ))
}
