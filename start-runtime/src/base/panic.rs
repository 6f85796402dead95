//! Panics of users' code: caught, so that no client loses its connection to one.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a piece of a user's code. A panic returns its message. What the code was working on is dropped
/// by the caller and never looked at again, so it does not matter in which state it was left.
#[inline]
pub fn catch<T>(code: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(code)).map_err(message)
}

/// Drops a user's value; a panic is logged. `what` is the subject of the log line.
#[inline]
pub fn drop_quietly<T>(value: T, what: &str) {
    if let Err(message) = catch(|| drop(value)) {
        tracing::error!("{what} panicked while it was dropped: {message}");
    }
}

#[cold]
fn message(panic: Box<dyn Any + Send>) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).map(str::to_owned);
    // The payload of a panic may be anything, and its drop may panic in turn.
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(second);
    }
    text.unwrap_or_else(|| "(no message)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            std::panic::panic_any(Self);
        }
    }

    #[test]
    fn panics_have_messages_and_end_here() {
        assert_eq!(catch(|| 1), Ok(1));
        assert_eq!(catch(|| panic!("text")), Err::<(), _>("text".to_owned()));
        assert_eq!(catch(|| panic!("number {}", 1)), Err::<(), _>("number 1".to_owned()));
        assert_eq!(catch(|| std::panic::panic_any(Bomb)), Err::<(), _>("(no message)".to_owned()));
        drop_quietly(Bomb, "a bomb");
    }
}
