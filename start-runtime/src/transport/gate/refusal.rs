//! Why a message is refused before actix sees it.

use std::borrow::Cow;

use actix_web::http::StatusCode;

/// The status and the detail of the answer. The connection is closed behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: StatusCode,
    pub detail: Cow<'static, str>,
}

impl Refusal {
    pub fn new(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status, detail: detail.into() }
    }

    /// 400: the message is not HTTP/1.1, or can be read in two ways.
    pub fn bad(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 431, or 414 when the request line alone is too long.
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
}
