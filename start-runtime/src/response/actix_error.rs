//! Errors of actix and of its extractors, handled by the same rules as Start's own.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::io::ErrorKind;

use actix_web::body::MessageBody as _;
use actix_web::error::{JsonPayloadError, PayloadError, UrlencodedError};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{Error, HttpResponse, ResponseError};

use super::json_error::json_error_problem;
use super::{Outcome, Problem};

/// The outcome of an error of actix, whether a handler, an extractor or middleware fails with it: the response that the
/// error has of its own, with all headers. Where actix would send the error's text, and for a response with neither headers
/// nor a body, a problem is sent instead; in a 5xx, without the text.
///
/// Call it once for an error: some errors hold a response that can be taken once.
pub fn outcome(error: &Error) -> Outcome {
    let response = error.error_response();
    if error.as_error::<Answer>().is_some() {
        return Outcome::Response(response);
    }
    if let Some(problem) = wrapped(error) {
        return problem.with_headers_of(&response).into();
    }
    let text = error.to_string();
    let status = response.status();
    match with_own_body(response, &text) {
        Some(response) => Outcome::Response(response),
        None => Outcome::Problem(plain(status, text)),
    }
}

/// Returns the problem for an error that is known to carry a status, including one that is wrapped. A response that the
/// error has of its own stays what is sent.
pub fn known<E: 'static>(error: &E) -> Option<Problem> {
    let error: &dyn Any = error;
    if let Some(error) = error.downcast_ref::<Error>() {
        return Some(match outcome(error) {
            Outcome::Response(response) => Problem::answered(response),
            Outcome::Problem(problem) => problem,
            Outcome::Empty(_) | Outcome::Missing => return None,
        });
    }
    if let Some(error) = error.downcast_ref::<PayloadError>() {
        return Some(payload_problem(error));
    }
    error.downcast_ref::<JsonPayloadError>().map(json_payload_problem)
}

fn wrapped(error: &Error) -> Option<Problem> {
    if let Some(problem) = error.as_error::<Problem>() {
        return Some(problem.clone());
    }
    if let Some(error) = error.as_error::<PayloadError>() {
        return Some(payload_problem(error));
    }
    if let Some(error) = error.as_error::<UrlencodedError>() {
        return Some(match error {
            UrlencodedError::Payload(error) => payload_problem(error),
            other => plain(urlencoded_status(other), other.to_string()),
        });
    }
    error.as_error::<JsonPayloadError>().map(json_payload_problem)
}

fn plain(status: StatusCode, text: String) -> Problem {
    match (status.is_server_error(), text.is_empty()) {
        (true, _) => Problem::new(status).with_cause(text),
        (false, true) => Problem::new(status),
        (false, false) => Problem::new(status).with_detail(text),
    }
}

/// The problem for a body that could not be read: 413 if it is too large, 408 if it is too slow, 400 if the stream is
/// broken.
pub fn payload_problem(error: &PayloadError) -> Problem {
    match error {
        PayloadError::Overflow => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE).with_detail("the body is larger than this server reads")
        }
        PayloadError::Incomplete(_) => Problem::bad_request("the body ended before it was complete"),
        PayloadError::Io(error) if error.kind() == ErrorKind::TimedOut => {
            Problem::new(StatusCode::REQUEST_TIMEOUT).with_detail("the body did not arrive in time")
        }
        PayloadError::Io(error) if error.kind() == ErrorKind::InvalidData => Problem::bad_request(error.to_string()),
        other => Problem::bad_request(format!("the body could not be read: {other}")),
    }
}

fn json_payload_problem(error: &JsonPayloadError) -> Problem {
    match error {
        JsonPayloadError::Deserialize(error) => json_error_problem(error),
        JsonPayloadError::ContentType => Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE)
            .with_detail("the body has to be sent as `Content-Type: application/json`"),
        JsonPayloadError::Overflow { .. } | JsonPayloadError::OverflowKnownLength { .. } => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE).with_detail(error.to_string())
        }
        JsonPayloadError::Payload(error) => payload_problem(error),
        other => Problem::bad_request(other.to_string()),
    }
}

fn urlencoded_status(error: &UrlencodedError) -> StatusCode {
    match error {
        UrlencodedError::Overflow { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        UrlencodedError::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// A response that is an error of actix: what extractors and middleware may fail with.
pub struct Answer {
    status: StatusCode,
    response: RefCell<Option<HttpResponse>>,
}

impl Answer {
    pub fn new(response: HttpResponse) -> Self {
        Self { status: response.status(), response: RefCell::new(Some(response)) }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({})", self.status)
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a response with {}", self.status)
    }
}

impl ResponseError for Answer {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    /// The response, the first time. After that it is gone, but for its status.
    fn error_response(&self) -> HttpResponse {
        self.response.take().unwrap_or_else(|| HttpResponse::new(self.status))
    }
}

/// Returns the response, unless it only carries the error's text, which is what actix sends by default.
fn with_own_body(response: HttpResponse, text: &str) -> Option<HttpResponse> {
    let is_text = |value: &HeaderValue| value.as_bytes().starts_with(b"text/plain");
    if !response.headers().iter().all(|(name, value)| name == header::CONTENT_TYPE && is_text(value)) {
        return Some(response);
    }
    let (head, body) = response.into_parts();
    match body.try_into_bytes() {
        Ok(bytes) if bytes.is_empty() || bytes == text.as_bytes() => None,
        Ok(bytes) => Some(head.set_body(bytes).map_into_boxed_body()),
        Err(body) => Some(head.set_body(body)),
    }
}
