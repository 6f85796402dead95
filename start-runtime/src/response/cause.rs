//! What is behind a problem: an error that can be walked, and its text in one line.

use std::error::Error as StdError;
use std::fmt;

/// An error and what caused it.
pub struct Cause {
    text: String,
    error: Box<dyn StdError + Send + Sync>,
}

impl Cause {
    /// An error as it is: it can be downcast.
    pub fn new(error: Box<dyn StdError + Send + Sync>) -> Self {
        Self { text: chain(&*error), error }
    }

    /// A sentence.
    pub fn said(text: String) -> Self {
        Self { error: Box::new(Link { text: text.clone(), source: None }), text }
    }

    /// The texts of an error that cannot go to another thread, and so not into a problem.
    pub fn copied(error: &(dyn StdError + 'static)) -> Self {
        Self { text: chain(error), error: Box::new(Link::copy(error)) }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn error(&self) -> &(dyn StdError + 'static) {
        &*self.error
    }
}

/// The text of an error, and those of what caused it.
#[derive(Debug)]
struct Link {
    text: String,
    source: Option<Box<Self>>,
}

impl Link {
    fn copy(error: &(dyn StdError + 'static)) -> Self {
        Self { text: error.to_string(), source: error.source().map(|source| Box::new(Self::copy(source))) }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for Link {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// An error and what caused it, in one line.
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
