//! Parameters that no request can carry: an error at start-up, because every request would be refused.

use crate::base::StartError;
use crate::kernel::{Route, Table};

/// Returns an error if handlers take parameters that no request can carry.
pub fn check_params(table: &Table) -> Result<(), StartError> {
    let faults = |route: &&'static Route| {
        let (methods, place) = (route.methods.join(", "), route.place());
        let line = move |fault| format!("{methods} {} at {place}: {fault}", route.pattern);
        route.unreadable().into_iter().map(line).collect::<Vec<_>>()
    };
    let bodies: Vec<String> = table
        .routes()
        .iter()
        .filter_map(|route| {
            let mistake = route.body_mistake()?;
            Some(format!("{} {} at {} {mistake}", route.methods.join(", "), route.pattern, route.place()))
        })
        .collect();
    if !bodies.is_empty() {
        return Err(StartError::new(format!("handlers take bodies that no request has:\n  {}", bodies.join("\n  "))));
    }
    let faults: Vec<String> = table.routes().iter().flat_map(faults).collect();
    if faults.is_empty() {
        return Ok(());
    }
    Err(StartError::new(format!("handlers take parameters that no request can carry:\n  {}", faults.join("\n  "))))
}
