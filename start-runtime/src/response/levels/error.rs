//! What an `Err` becomes.

use std::error::Error as StdError;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::Probe;
use super::leaf::Ready;
use crate::response::problem::chain;
use crate::response::{Outcome, Problem, Response, actix_error};

levels!(error_kind: ErrorFirst, ErrorSecond, ErrorThird, ErrorFourth, ErrorLast);

/// Errors that are answers in themselves.
pub struct ReadyError;
/// Errors that say nothing about an answer: 500, the text only in the log.
pub struct UnexpectedError;
/// The same, without the bounds that would make them like the others.
pub struct BoxedErrorKind;
/// Errors of actix, and those that implement its `ResponseError`.
pub struct ActixError;
/// Errors that turn into a problem.
pub struct ProblemError;
/// Nothing that can be an error.
pub struct NoErrorKind;

macro_rules! error {
    ($level:ident $kind:ident [$($generics:tt)*] $probe:ty) => {
        impl<$($generics)*> $level for $probe {
            type Kind = $kind;
            fn error_kind(&self) -> $kind {
                $kind
            }
        }
    };
}

error!(ErrorFirst ReadyError [] &&&&Probe<Response>);
error!(ErrorFirst ReadyError [] &&&&Probe<HttpResponse>);
error!(ErrorFirst ReadyError [] &&&&Probe<Problem>);
error!(ErrorFirst ReadyError [] &&&&Probe<StatusCode>);
error!(ErrorFirst BoxedErrorKind [] &&&&Probe<Box<dyn StdError>>);
error!(ErrorFirst BoxedErrorKind [] &&&&Probe<Box<dyn StdError + Send>>);
error!(ErrorFirst UnexpectedError [] &&&&Probe<Box<dyn StdError + Send + Sync>>);
// actix would answer 404 for a file that the program itself is missing.
error!(ErrorFirst UnexpectedError [] &&&&Probe<std::io::Error>);
error!(ErrorSecond ActixError [T: Into<actix_web::Error>] &&&Probe<T>);
error!(ErrorThird ProblemError [T: Into<Problem>] &&Probe<T>);
error!(ErrorFourth UnexpectedError [T: Into<Box<dyn StdError + Send + Sync>>] &Probe<T>);
error!(ErrorLast NoErrorKind [T] Probe<T>);

/// Never implemented: its message is what a user reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a route",
    label = "not an error that can be answered",
    note = "use `Problem`, `Response`, `StatusCode`, an error type (`std::error::Error`), or implement `From<{Self}> for Problem`"
)]
pub trait RouteError {}

impl ReadyError {
    pub fn fail<T: Ready>(self, error: T) -> Outcome {
        error.into_outcome()
    }
}

impl ActixError {
    pub fn fail<T: Into<actix_web::Error>>(self, error: T) -> Outcome {
        actix_error::outcome(&error.into())
    }
}

impl ProblemError {
    pub fn fail<T: Into<Problem>>(self, error: T) -> Outcome {
        Outcome::Problem(error.into())
    }
}

impl UnexpectedError {
    pub fn fail<T: Into<Box<dyn StdError + Send + Sync>>>(self, error: T) -> Outcome {
        Outcome::Problem(boxed_problem(&*error.into()))
    }
}

impl NoErrorKind {
    pub fn fail<T: RouteError>(self, _: T) -> Outcome {
        Outcome::Missing
    }
}

impl BoxedErrorKind {
    pub fn fail<T: BoxedError>(self, error: T) -> Outcome {
        Outcome::Problem(boxed_problem(error.inside()))
    }
}

/// A boxed error, with `Send` or without.
pub trait BoxedError {
    fn inside(&self) -> &(dyn StdError + 'static);
}

impl BoxedError for Box<dyn StdError> {
    fn inside(&self) -> &(dyn StdError + 'static) {
        &**self
    }
}

impl BoxedError for Box<dyn StdError + Send> {
    fn inside(&self) -> &(dyn StdError + 'static) {
        &**self
    }
}

/// `Box<dyn Error>` hides what is inside: a problem or an error of actix keeps its status.
fn boxed_problem(error: &(dyn StdError + 'static)) -> Problem {
    match error.downcast_ref::<actix_web::Error>() {
        Some(error) => actix_error::problem(error),
        None => Problem::internal(chain(error)),
    }
}
