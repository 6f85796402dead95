//! The error of a procedure.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use actix_web::http::StatusCode;
use serde_json::Value;

use super::code::Code;
use crate::describe::{Documented, Operation};
use crate::response::Problem;

/// The error of a procedure: a [`Code`], a message for the client, and data of your own.
///
/// ```
/// use start_runtime::trpc::{self, Code};
///
/// fn post(id: u32) -> Result<&'static str, trpc::Error> {
///     match id {
///         1 => Ok("The first post"),
///         _ => Err(trpc::Error::new(Code::NotFound, format!("there is no post {id}")).with("id", id)),
///     }
/// }
///
/// let error = post(2).unwrap_err();
/// assert_eq!((error.code(), error.message()), (Code::NotFound, "there is no post 2"));
/// ```
///
/// `?` turns any error into one: an `INTERNAL_SERVER_ERROR` whose text is only logged. A [`Problem`] keeps its status, as
/// the code of that status, its detail as the message, and its members as data. In an ordinary route, an error of tRPC is a
/// problem.
pub struct Error {
    code: Code,
    problem: Problem,
}

/// The member of a problem that has the code.
const CODE: &str = "code";

impl Error {
    /// An error with this code. The message is for the client.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, problem: Problem::new(code.status()).with_detail(message) }
    }

    /// `BAD_REQUEST`: the input is invalid.
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::BadRequest, message)
    }

    /// `UNAUTHORIZED`: the client has not said who it is.
    pub fn unauthorized(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::Unauthorized, message)
    }

    /// `FORBIDDEN`: the client is known, and may not do this.
    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::Forbidden, message)
    }

    /// `NOT_FOUND`: there is no such thing.
    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::NotFound, message)
    }

    /// `CONFLICT`: the request conflicts with the current state.
    pub fn conflict(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::Conflict, message)
    }

    /// `INTERNAL_SERVER_ERROR`. The cause is logged and passed to `on_error`, and never sent.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self { code: Code::InternalServerError, problem: Problem::internal(cause) }
    }

    /// Adds a member to the `data` of the error. Those of tRPC (`code`, `httpStatus`, `path`, `stack`) stay as they are.
    #[must_use]
    pub fn with(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self { problem: self.problem.with(name, value), ..self }
    }

    /// Keeps the error behind this one, for the log and for `on_error`. It is never sent.
    #[must_use]
    pub fn caused_by(self, error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { problem: self.problem.caused_by(error), ..self }
    }

    /// The code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The HTTP status: that of the code, or that of the problem which this was.
    pub fn status(&self) -> StatusCode {
        self.problem.status()
    }

    /// The message for the client.
    pub fn message(&self) -> &str {
        self.problem.detail().unwrap_or_else(|| self.problem.title())
    }

    /// A member of the `data` of the error, if there is one.
    pub fn data(&self, name: &str) -> Option<&Value> {
        self.problem.member(name)
    }

    /// The same as a problem, for `on_error` and the log.
    pub(super) fn problem(&self) -> &Problem {
        &self.problem
    }
}

/// An error with the key of the code as its message.
impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::new(code, code.key())
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        let named = problem.member(CODE).and_then(Value::as_str).and_then(|key| key.parse::<Code>().ok());
        let named = named.filter(|code| code.status() == problem.status());
        Self { code: named.unwrap_or_else(|| Code::of_status(problem.status())), problem }
    }
}

#[diagnostic::do_not_recommend]
impl<E: StdError + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Problem::from(error).into()
    }
}

impl From<Error> for Problem {
    fn from(Error { code, problem }: Error) -> Self {
        problem.with(CODE, code.key())
    }
}

impl Documented for Error {
    fn document(_: &mut Operation<'_>) {}
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "trpc::Error({}: {})", self.code, self.problem)
    }
}
