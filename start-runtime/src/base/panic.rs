//! Panics of users' code: caught, so that no client loses its connection to one.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a piece of a user's code; a panic gives its message. What the code had in its hands is
/// dropped by the caller and never looked at again, so it does not matter in which state it was.
pub fn catch<T>(code: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(code)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().copied();
        text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no message)").to_owned()
    })
}
