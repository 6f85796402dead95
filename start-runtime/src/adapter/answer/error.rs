//! How an `Err` is answered.

use std::error::Error as StdError;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::leaf::Ready;
use crate::adapter::Probe;
use crate::response::{Cause, Outcome, Problem, Response, actix_outcome, extractor_problem};

levels!(error_kind: ReadyFailure, ActixFailure, ErrorFailure, ProblemFailure, UnexpectedFailure, NoFailure);

/// Errors that are responses themselves.
pub struct ReadyError;
/// Errors that do not determine a response: the client gets a 500, and the text is only logged.
pub struct UnexpectedError;
/// Boxed errors without the bounds that would let them match [`UnexpectedError`].
pub struct BoxedErrorKind;
/// Errors of actix, and errors that implement its `ResponseError`.
pub struct ActixError;
/// Errors that convert into a problem.
pub struct ProblemError;
/// Types that cannot be an error.
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

/// Never implemented: it exists for the error message that the user reads.
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

/// `Box<dyn Error>` hides its contents: a problem or an error of actix inside keeps its status.
fn boxed_problem(error: &(dyn StdError + 'static)) -> Problem {
    match error.downcast_ref::<actix_web::Error>() {
        Some(error) => extractor_problem(error),
        None => Problem::unexpected(Cause::copied(error)),
    }
}
