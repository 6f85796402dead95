//! Handlers that block: what a worker waits for without an `.await`, all other requests of that worker wait for too.
//! Debug builds time each step of a handler; release builds do not.

use crate::kernel::Entry;

/// How long a handler may go without an `.await`.
#[cfg(debug_assertions)]
const LONGEST: std::time::Duration = std::time::Duration::from_millis(250);

/// Runs a step of a handler. One that takes too long is logged.
#[cfg(debug_assertions)]
pub fn watched<T>(step: impl FnOnce() -> T, entry: impl FnOnce() -> Option<Entry>) -> T {
    let started = std::time::Instant::now();
    let value = step();
    let elapsed = started.elapsed();
    if elapsed > LONGEST
        && let Some(entry) = entry()
    {
        tracing::warn!(
            target: "start_runtime::blocking",
            "{} ({}) held its worker for {:.1} s without an `.await`: put what blocks into `web::block`",
            entry.route.function_path(),
            entry.route.place(),
            elapsed.as_secs_f64()
        );
    }
    value
}

/// Runs a step of a handler.
#[cfg(not(debug_assertions))]
pub fn watched<T>(step: impl FnOnce() -> T, _: impl FnOnce() -> Option<Entry>) -> T {
    step()
}
