//! Why a request is not executed, as a GraphQL response: `{ "errors": [ … ] }`.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use async_graphql::{Error, Pos, ServerError};

use super::answer;
use super::masked::masked;
use super::media::Media;
use crate::event::APIEvent;
use crate::response::Problem;

/// A request that is not executed.
#[derive(Debug)]
pub struct Refusal {
    pub status: StatusCode,
    /// Whether the status is sent to those as well who only accept `application/json`, where GraphQL's own errors are
    /// sent with a 200.
    pub is_fixed: bool,
    pub errors: Vec<ServerError>,
    pub allow: Option<&'static str>,
}

impl Refusal {
    fn new(status: StatusCode, error: ServerError) -> Self {
        Self { status, is_fixed: true, errors: vec![error], allow: None }
    }

    /// A 400: this is no GraphQL request.
    pub fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ServerError::new(message, None))
    }

    /// A 400: a limit refuses the request.
    pub fn limit(message: impl Into<String>) -> Self {
        Self::malformed(message)
    }

    /// The same, at a place in the document.
    pub fn limit_at(message: impl Into<String>, pos: Pos) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ServerError::new(message, Some(pos)))
    }

    /// A 405: only POST may do this.
    pub fn only_by_post(message: impl Into<String>) -> Self {
        Self { allow: Some("POST"), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, ServerError::new(message, None)) }
    }

    /// A 503: the answer took too long.
    pub fn too_slow() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, ServerError::new("the answer took too long", None))
    }

    /// A document that the request names is not there. `code` is for programs.
    pub fn no_document(message: impl Into<String>, code: &'static str) -> Self {
        let mut error = ServerError::new(message, None);
        error.extensions.get_or_insert_default().set("code", code);
        Self::of_document(error)
    }

    /// The document is none, or nothing in it can be executed: a request error (GraphQL, section 7.1.2).
    pub fn of_document(error: ServerError) -> Self {
        Self { is_fixed: false, ..Self::new(StatusCode::BAD_REQUEST, error) }
    }
}

/// What ends a request before it is executed.
pub enum Ended {
    /// It is a GraphQL request, as far as one can say.
    Refused(Refusal),
    /// It is not even that.
    Problem(Problem),
}

impl From<Refusal> for Ended {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Problem> for Ended {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Ended {
    /// The answer; `render` makes one of a problem.
    pub fn answer(self, media: Media, render: impl FnOnce(Problem) -> HttpResponse) -> HttpResponse {
        match self {
            Self::Refused(refusal) => answer::refused(refusal, media),
            Self::Problem(problem) => render(problem),
        }
    }

    /// The errors, where an answer has no status of its own.
    pub fn errors(self, event: &APIEvent) -> Vec<ServerError> {
        match self {
            Self::Refused(refusal) => refusal.errors,
            Self::Problem(problem) => {
                let call = event.request.call();
                let mut error = Error::from(problem).into_server_error(Pos::default());
                error.locations.clear();
                masked(&mut error, &call.exchange().worker.app, call.http());
                vec![error]
            }
        }
    }
}
