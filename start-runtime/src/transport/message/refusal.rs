//! Why a message is refused.

use std::borrow::Cow;

use actix_http::StatusCode;

/// The status and the detail of the answer to something that is no request. The connection ends with
/// that answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// A status of the 4xx or 5xx class.
    pub status: StatusCode,
    /// What is wrong, for whoever wrote the client.
    pub detail: Cow<'static, str>,
}

impl Refusal {
    /// A refusal with a status of its own.
    pub fn new(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status, detail: detail.into() }
    }

    /// 400: the message is not HTTP/1.1, or can be read in two ways.
    pub fn bad(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 431, or 414 when the request line alone is too long. `limit` is in bytes.
    pub fn too_large(limit: usize, in_request_line: bool) -> Self {
        if in_request_line {
            Self::new(StatusCode::URI_TOO_LONG, format!("the request line is longer than {limit} bytes"))
        } else {
            Self::new(
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                format!("the request line and the headers are larger than {limit} bytes"),
            )
        }
    }

    /// 408: a head that began and did not arrive within the timeout.
    pub fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "the head of the request did not arrive in time")
    }
}
