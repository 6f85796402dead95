//! What the headers say about a body, checked before any of it is read.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};

use crate::response::Problem;

/// Returns a 415 for a compressed body (RFC 9110, section 15.5.16): it would be read as garbage.
pub fn check_encoding(headers: &HeaderMap) -> Result<(), Problem> {
    match headers.get(header::CONTENT_ENCODING) {
        Some(encoding) if !encoding.as_bytes().eq_ignore_ascii_case(b"identity") => {
            let detail = format!(
                "the body is encoded ({}): send it without Content-Encoding",
                String::from_utf8_lossy(encoding.as_bytes())
            );
            Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE)
                .with_detail(detail)
                .header("accept-encoding", "identity"))
        }
        _ => Ok(()),
    }
}

/// A 415 (RFC 9110, section 15.5.16) that names the content type that was sent and the one that is expected.
pub fn wrong_content_type(sent: &str, expected: &str) -> Problem {
    let detail = if sent.is_empty() {
        format!("the request has no Content-Type: send the body as `{expected}`")
    } else {
        format!("the body was sent as `{sent}`: send it as `{expected}`")
    };
    Problem::new(415).with_detail(detail).header("accept-post", expected)
}

/// A text without the byte order mark that it may begin with, as Fetch decodes the text of a body (UTF-8 decode in the
/// Encoding standard).
pub fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}
