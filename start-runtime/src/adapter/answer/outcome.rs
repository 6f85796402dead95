//! The kinds of a returned value, put together.

use actix_web::http::StatusCode;

use super::leaf::Text;
use super::split::Split;
use crate::kernel::Call;
use crate::response::Outcome;

/// Takes `Result` and `Option` off a returned value.
pub trait SplitValue<T> {
    type Value;
    type Error;

    fn split(self, value: T) -> Result<Split<Self::Value>, Self::Error>;
}

/// Takes a status off a value.
pub trait TakeStatus<T> {
    type Value;
    /// The value with its status, the status first.
    type Ordered;

    fn split(self, value: T) -> (Option<StatusCode>, Self::Value);
    fn ordered(self, value: T) -> Self::Ordered;
}

/// Turns a value into a response. `found` is the status that stood beside it, `code` that of the attribute.
pub trait Respond<T> {
    fn respond(self, value: T, found: Option<StatusCode>, code: Option<u16>, text: Text, call: &Call) -> Outcome;
}

/// Turns an error into a response.
pub trait Fail<T> {
    fn fail(self, error: T, text: Text, call: &Call) -> Outcome;
}

/// How a function's value is answered: the kind of each step, the status of the attribute, and how text is sent.
pub struct Answer<S, V, L, E, K> {
    pub split: S,
    pub status: V,
    pub leaf: L,
    pub error_status: E,
    pub error: K,
    pub code: Option<u16>,
    pub text: Text,
}

impl<S, V, L, E, K> Answer<S, V, L, E, K> {
    /// Answers with the value.
    pub fn outcome<T>(self, value: T, call: &Call) -> Outcome
    where
        S: SplitValue<T>,
        V: TakeStatus<S::Value>,
        L: Respond<V::Value>,
        E: TakeStatus<S::Error>,
        K: Fail<E::Ordered>,
    {
        match self.split.split(value) {
            Ok(Split::Value(value)) => {
                let (found, value) = self.status.split(value);
                self.leaf.respond(value, found, self.code, self.text, call)
            }
            Ok(nothing) => nothing.outcome(self.code),
            Err(error) => self.error.fail(self.error_status.ordered(error), self.text, call),
        }
    }
}
