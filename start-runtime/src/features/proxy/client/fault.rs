//! Why there is no answer.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::time::Duration;

/// What went wrong with the other program.
#[derive(Debug)]
pub struct Fault {
    kind: Kind,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// No address of the host may be asked.
    Refused,
    /// It took too long.
    Late,
    /// The connection ended before an answer began.
    Closed,
    Other,
}

impl Fault {
    fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    pub fn refused(host: &str) -> Self {
        Self::new(Kind::Refused, format!("`{host}` is no public address"))
    }

    pub fn unreachable(why: impl fmt::Display) -> Self {
        Self::new(Kind::Other, format!("no connection: {why}"))
    }

    pub fn switched() -> Self {
        Self::new(Kind::Other, "it switched to another protocol unasked")
    }

    pub fn head_too_late(limit: Duration) -> Self {
        Self::new(Kind::Late, format!("no answer within {limit:?}"))
    }

    /// What hyper says.
    pub fn of(error: hyper::Error) -> Self {
        let closed = error.is_incomplete_message() || error.is_canceled() || error.is_closed();
        let kind = if closed || is_reset(&error) { Kind::Closed } else { Kind::Other };
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            text = format!("{text}: {error}");
            source = error.source();
        }
        Self::new(kind, text)
    }

    /// Whether the connection ended before an answer began.
    pub fn is_closed(&self) -> bool {
        self.kind == Kind::Closed
    }

    pub fn is_refused(&self) -> bool {
        self.kind == Kind::Refused
    }

    pub fn is_late(&self) -> bool {
        self.kind == Kind::Late
    }
}

fn is_reset(error: &hyper::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected};
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected);
        }
        source = error.source();
    }
    false
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for Fault {}
