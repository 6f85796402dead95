//! Why a sign-in does not succeed: a sentence for the log, and an answer that says nothing of it.

use std::error::Error as StdError;
use std::fmt::Write as _;

use crate::base::cut::{SENTENCE, cut};
use crate::event::APIEvent;
use crate::response::Problem;

/// Why an attempt ends.
pub enum Fault {
    /// Something that the browser or the provider has sent is not right.
    Refused(String),
    /// The provider cannot be asked.
    Unavailable(String),
    /// The program has its own answer.
    Own(Problem),
}

impl Fault {
    pub fn refused(reason: impl Into<String>) -> Self {
        Self::Refused(reason.into())
    }

    /// An error of the provider, or on the way to it, with what caused it.
    pub fn unavailable(what: &str, error: &dyn StdError) -> Self {
        Self::Unavailable(format!("{what}: {}", chain(error)))
    }

    /// The answer. The reason goes to the log.
    pub fn answer(self, event: &APIEvent, path: &str) -> Problem {
        let (reason, problem) = match self {
            Self::Own(problem) => return problem,
            Self::Refused(reason) => {
                let text = format!("this sign-in cannot be completed: begin again at {path}/login");
                (reason, Problem::bad_request(text))
            }
            Self::Unavailable(reason) => {
                (reason, Problem::new(502).with_detail("the provider cannot be asked at the moment: try again later"))
            }
        };
        let reason = one_line(&reason);
        tracing::warn!(target: "start_runtime::oidc", "{} {}: {reason}", event.request.method(), event.request.path());
        problem.with_cause(reason)
    }
}

/// An error and what caused it.
pub fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        // Writing into a string does not fail.
        let _ = write!(text, ": {error}");
        source = error.source();
    }
    text
}

/// What a browser or a provider has sent may have any characters.
fn one_line(text: &str) -> String {
    let text: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    cut(&text, SENTENCE * 2).into_owned()
}
