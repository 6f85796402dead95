//! Why a program does not start.

use std::error::Error as StdError;
use std::{fmt, io};

/// The reason why a program cannot start. Each room writes its own message, which says where the mistake is and what to
/// write instead.
pub struct StartError {
    kind: io::ErrorKind,
    text: String,
    cause: Option<io::Error>,
}

impl StartError {
    /// A mistake in the program or in its settings.
    pub fn new(text: impl Into<String>) -> Self {
        Self { kind: io::ErrorKind::InvalidInput, text: text.into(), cause: None }
    }

    /// A mistake with the error that caused it. `text` must already include the cause: only `source()` returns it
    /// again.
    pub fn caused_by(text: impl Into<String>, cause: io::Error) -> Self {
        Self { cause: Some(cause), ..Self::new(text) }
    }

    /// Sets the kind that it has when it is converted into an [`io::Error`].
    pub fn with_kind(self, kind: io::ErrorKind) -> Self {
        Self { kind, ..self }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// `main` prints the error of its `Result` with `Debug`, so this has to be readable.
impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n\n{self}\n")
    }
}

impl StdError for StartError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}

impl From<StartError> for io::Error {
    fn from(error: StartError) -> Self {
        Self::new(error.kind, error)
    }
}
