//! What an `Err` becomes.

use std::error::Error as StdError;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::leaf::Ready;
use crate::adapter::Probe;
use crate::response::{Cause, Outcome, Problem, Response, actix_outcome, extractor_problem};

levels!(error_kind: ReadyFailure, ActixFailure, ErrorFailure, ProblemFailure, UnexpectedFailure, NoFailure);

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

error!(ReadyFailure ReadyError [] &&&&&Probe<Response>);
error!(ReadyFailure ReadyError [] &&&&&Probe<HttpResponse>);
error!(ReadyFailure ReadyError [] &&&&&Probe<Problem>);
error!(ReadyFailure ReadyError [] &&&&&Probe<StatusCode>);
error!(ReadyFailure BoxedErrorKind [] &&&&&Probe<Box<dyn StdError>>);
error!(ReadyFailure BoxedErrorKind [] &&&&&Probe<Box<dyn StdError + Send>>);
error!(ReadyFailure UnexpectedError [] &&&&&Probe<Box<dyn StdError + Send + Sync>>);
// actix would answer 404 for a file that the program itself is missing.
error!(ReadyFailure UnexpectedError [] &&&&&Probe<std::io::Error>);
error!(ActixFailure ActixError [T: Into<actix_web::Error>] &&&&Probe<T>);
// Before it would become a problem, which cannot keep the error itself: `on_error` may want to downcast it.
error!(ErrorFailure UnexpectedError [T: StdError + Send + Sync + 'static] &&&Probe<T>);
error!(ProblemFailure ProblemError [T: Into<Problem>] &&Probe<T>);
error!(UnexpectedFailure UnexpectedError [T: Into<Box<dyn StdError + Send + Sync>>] &Probe<T>);
error!(NoFailure NoErrorKind [T] Probe<T>);

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
        actix_outcome(&error.into())
    }
}

impl ProblemError {
    pub fn fail<T: Into<Problem>>(self, error: T) -> Outcome {
        Outcome::Problem(error.into())
    }
}

impl UnexpectedError {
    pub fn fail<T: Into<Box<dyn StdError + Send + Sync>>>(self, error: T) -> Outcome {
        Outcome::Problem(Problem::unexpected(Cause::new(error.into())))
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
        Some(error) => extractor_problem(error),
        None => Problem::unexpected(Cause::copied(error)),
    }
}
