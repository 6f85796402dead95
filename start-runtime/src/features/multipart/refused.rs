//! Why a multipart body is refused, in words that help the client to fix it.

use actix_multipart::MultipartError;
use actix_web::HttpMessage as _;
use actix_web::HttpRequest;
use actix_web::error::PayloadError;

use crate::decode::content::check_encoding;
use crate::decode::content::wrong_content_type;
use crate::response::{Problem, payload_problem};

const MULTIPART: &str = "multipart/form-data";

/// Returns a 415 unless the body is a multipart form, and a 400 if its boundary is missing or has an invalid length.
pub fn check_content_type(http: &HttpRequest) -> Result<(), Problem> {
    let value = http.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(MULTIPART) {
        return Err(wrong_content_type(value, MULTIPART));
    }
    check_encoding(http.headers())?;
    let mime = http.mime_type().ok().flatten();
    let boundary = mime.as_ref().and_then(|mime| mime.get_param("boundary"));
    // RFC 2046, section 5.1.1: one to seventy characters.
    match boundary.map(|boundary| boundary.as_str().len()) {
        Some(1..=70) => Ok(()),
        Some(_) => Err(Problem::bad_request("the boundary in the Content-Type has to have 1 to 70 characters")),
        None => Err(Problem::bad_request(
            "the Content-Type names no boundary: send `multipart/form-data; boundary=…`, as clients do by themselves where the header is left to them",
        )),
    }
}

/// A 413: a field is over a limit, or the body is, at that field.
pub fn too_large(what: &str, field: &str, limit: u64) -> Problem {
    Problem::new(413).with_detail(format!("field `{field}`: {what}")).with("field", field).with("limit", limit)
}

/// The problem for a body that is not valid multipart.
pub fn broken(error: MultipartError, field: &str) -> Problem {
    let place =
        if field.is_empty() { "the body".to_owned() } else { format!("the body, at or after field `{field}`,") };
    let reason = match error {
        MultipartError::Payload(PayloadError::Overflow) => "has a part whose headers are larger than 64 KiB",
        MultipartError::Payload(error) => return payload_problem(&error),
        MultipartError::Incomplete => "ended before its last boundary",
        MultipartError::BoundaryMissing => "has no boundary, as the Content-Type names it, where one has to be",
        MultipartError::ContentDispositionMissing => "has a part without a header `Content-Disposition: form-data`",
        MultipartError::ContentDispositionNameMissing => "has a part without a name in its Content-Disposition",
        MultipartError::Nested => {
            "has a part that is multipart itself: send each file as a part of its own (RFC 7578, section 4.3)"
        }
        MultipartError::Parse(_) => "has a part with malformed headers",
        other => return Problem::bad_request(format!("{place} is no multipart form: {other}")),
    };
    Problem::bad_request(format!("{place} {reason}"))
}
