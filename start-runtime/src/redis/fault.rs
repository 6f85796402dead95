//! Why a server did not answer.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// Why a server did not answer: for the log. It has the server's address, and no password.
#[derive(Clone, Debug)]
pub struct RedisFault(Arc<str>);

impl RedisFault {
    pub(super) fn new(place: &str, reason: impl fmt::Display) -> Self {
        Self(format!("{place}: {reason}").into())
    }
}

impl fmt::Display for RedisFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for RedisFault {}
