//! Catches panics in users' code, so that no client loses its connection because of one.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a piece of a user's code; if it panics, the error is the panic's message. The caller drops whatever the code
/// was using and never looks at it again, so the state it is left in does not matter.
pub fn catch<T>(code: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(code)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().copied();
        text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no message)").to_owned()
    })
}
