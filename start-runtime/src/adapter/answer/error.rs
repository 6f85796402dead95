//! How an `Err` is answered.

use std::borrow::Cow;
use std::convert::Infallible;
use std::error::Error as StdError;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, Responder};
use serde::Serialize;

use super::leaf::{JsonKind, NothingKind, Ready, ReadyKind, ResponderKind, Text, TextKind, WrappedJsonKind};
use super::outcome::{Fail, Respond};
use crate::adapter::Probe;
use crate::describe::Failure;
use crate::extract::Json;
use crate::kernel::Call;
use crate::response::{Cause, Outcome, Problem, Response, actix_outcome};

levels!(error_kind: ErrorLevel);

/// The handler returns no `Result`.
#[derive(Default)]
pub struct NeverKind;
/// Errors that are responses themselves.
#[derive(Default)]
pub struct ReadyError;
/// Errors that do not determine a response: the client gets a 500, and the text is only logged.
#[derive(Default)]
pub struct UnexpectedError;
/// Boxed errors without the bounds that would let them match [`UnexpectedError`].
#[derive(Default)]
pub struct BoxedErrorKind;
/// Errors of actix, and errors that implement its `ResponseError`.
#[derive(Default)]
pub struct ActixError;
/// Errors that convert into a problem.
#[derive(Default)]
pub struct ProblemError;
/// A value with a status, which is answered as a value of its kind.
#[derive(Default)]
pub struct StatusError<K>(K);
/// Types that cannot be an error.
#[derive(Default)]
pub struct NoErrorKind;

macro_rules! error {
    ($kind:ident $(<$inner:ident>)? [$($generics:tt)*] $probe:ty) => {
        impl<$($generics)*> ErrorLevel for $probe {
            type Kind = $kind$(<$inner>)?;
            fn error_kind(&self) -> Self::Kind {
                Default::default()
            }
        }
    };
}

// At the top, because most handlers cannot fail.
error!(NeverKind [] &&&&&&&&Probe<Infallible>);
error!(StatusError<TextKind> [] &&&&&&&&Probe<(StatusCode, &'static str)>);
error!(StatusError<TextKind> [] &&&&&&&&Probe<(StatusCode, String)>);
error!(StatusError<TextKind> [] &&&&&&&&Probe<(StatusCode, Cow<'static, str>)>);
error!(StatusError<TextKind> [] &&&&&&&&Probe<(StatusCode, Box<str>)>);
error!(StatusError<NothingKind> [] &&&&&&&&Probe<(StatusCode, ())>);
error!(StatusError<ReadyKind> [] &&&&&&&&Probe<(StatusCode, Problem)>);
error!(StatusError<ReadyKind> [] &&&&&&&&Probe<(StatusCode, Response)>);
error!(StatusError<ReadyKind> [] &&&&&&&&Probe<(StatusCode, HttpResponse)>);
error!(StatusError<WrappedJsonKind> [T: Serialize] &&&&&&&&Probe<(StatusCode, Json<T>)>);
error!(StatusError<ResponderKind> [T: Responder] &&&&&&&Probe<(StatusCode, T)>);
error!(StatusError<JsonKind> [T: Serialize] &&&&&&Probe<(StatusCode, T)>);
error!(ReadyError [] &&&&&Probe<Response>);
error!(ReadyError [] &&&&&Probe<HttpResponse>);
error!(ReadyError [D] &&&&&Probe<Failure<D>>);
error!(ReadyError [] &&&&&Probe<Problem>);
error!(ReadyError [] &&&&&Probe<StatusCode>);
error!(BoxedErrorKind [] &&&&&Probe<Box<dyn StdError>>);
error!(BoxedErrorKind [] &&&&&Probe<Box<dyn StdError + Send>>);
error!(UnexpectedError [] &&&&&Probe<Box<dyn StdError + Send + Sync>>);
// actix would answer 404 for a file that the program itself is missing.
error!(UnexpectedError [] &&&&&Probe<std::io::Error>);
error!(ActixError [T: Into<actix_web::Error>] &&&&Probe<T>);
// Before it would become a problem, which cannot keep the error itself: `on_error` may want to downcast it.
error!(UnexpectedError [T: StdError + Send + Sync + 'static] &&&Probe<T>);
error!(ProblemError [T: Into<Problem>] &&Probe<T>);
error!(UnexpectedError [T: Into<Box<dyn StdError + Send + Sync>>] &Probe<T>);
error!(NoErrorKind [T] Probe<T>);

/// Never implemented: it exists for the error message that the user reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a route",
    label = "not an error that can be answered",
    note = "use `Problem`, `Response`, `StatusCode`, `(StatusCode, T)`, an error type (`std::error::Error`), or implement `From<{Self}> for Problem`"
)]
pub trait RouteError {}

/// Never implemented: it exists for the error message that the user reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a procedure",
    label = "not an error that can be answered",
    note = "use `trpc::Error`, `Problem`, an error type (`std::error::Error`), or implement `From<{Self}> for Problem`"
)]
pub trait ProcedureError {}

/// Kinds whose types are checked already.
macro_rules! any_type {
    ($([$($generics:ident)?] $kind:ty)*) => {$(
        impl<$($generics)?> $kind {
            pub fn checked<T>(self, _: &Probe<T>) -> Self {
                self
            }
            pub fn checked_in_procedure<T>(self, _: &Probe<T>) -> Self {
                self
            }
        }
    )*};
}

any_type!([] ReadyError [] UnexpectedError [] BoxedErrorKind [] ActixError [] ProblemError [] NeverKind [K] StatusError<K>);

impl NoErrorKind {
    pub fn checked<T: RouteError>(self, _: &Probe<T>) -> Self {
        self
    }

    pub fn checked_in_procedure<T: ProcedureError>(self, _: &Probe<T>) -> Self {
        self
    }
}

impl<T: Ready> Fail<T> for ReadyError {
    fn fail(self, error: T, _: Text, _: &Call) -> Outcome {
        error.into_outcome()
    }
}

impl Fail<Infallible> for NeverKind {
    fn fail(self, error: Infallible, _: Text, _: &Call) -> Outcome {
        match error {}
    }
}

impl<T: Into<actix_web::Error>> Fail<T> for ActixError {
    fn fail(self, error: T, _: Text, _: &Call) -> Outcome {
        actix_outcome(&error.into())
    }
}

impl<T: Into<Problem>> Fail<T> for ProblemError {
    fn fail(self, error: T, _: Text, _: &Call) -> Outcome {
        error.into().into()
    }
}

impl<T: Into<Box<dyn StdError + Send + Sync>>> Fail<T> for UnexpectedError {
    fn fail(self, error: T, _: Text, _: &Call) -> Outcome {
        Outcome::Problem(Problem::unexpected(Cause::new(error.into())))
    }
}

impl<K: Respond<T>, T> Fail<(StatusCode, T)> for StatusError<K> {
    fn fail(self, (status, value): (StatusCode, T), text: Text, call: &Call) -> Outcome {
        self.0.respond(value, Some(status), None, text, call)
    }
}

impl<T> Fail<T> for NoErrorKind {
    fn fail(self, _: T, _: Text, _: &Call) -> Outcome {
        Outcome::Missing
    }
}

impl<T: BoxedError> Fail<T> for BoxedErrorKind {
    fn fail(self, error: T, _: Text, _: &Call) -> Outcome {
        boxed_outcome(error.inside())
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

/// `Box<dyn Error>` hides its contents: a problem or an error of actix inside is answered as without the box.
fn boxed_outcome(error: &(dyn StdError + 'static)) -> Outcome {
    match error.downcast_ref::<actix_web::Error>() {
        Some(error) => actix_outcome(error),
        None => Outcome::Problem(Problem::unexpected(Cause::copied(error))),
    }
}
