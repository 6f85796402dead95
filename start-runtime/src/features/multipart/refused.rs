//! Why a multipart body is refused, in words that help the client to fix it.

use std::borrow::Cow;

use actix_web::HttpRequest;

use super::head::BadHead;
use super::params::{Malformed, Params, first};
use super::reader::Broken;
use crate::decode::content::{check_encoding, wrong_content_type};
use crate::response::{Problem, payload_problem};

const MULTIPART: &str = "multipart/form-data";

/// Returns the boundary. Returns a 415 unless the body is a multipart form, and a 400 if its boundary is missing or is
/// none.
pub fn boundary(http: &HttpRequest) -> Result<String, Problem> {
    let value = http.headers().get("content-type").map(|value| value.as_bytes()).unwrap_or_default();
    let (kind, params) = first(value);
    if !kind.eq_ignore_ascii_case(MULTIPART.as_bytes()) {
        return Err(wrong_content_type(&String::from_utf8_lossy(value), MULTIPART));
    }
    check_encoding(http.headers())?;
    let malformed = |Malformed| Problem::bad_request("the Content-Type names its boundary twice, or is malformed");
    let params = Params::read(params).map_err(malformed)?;
    let boundary = params.only("boundary").map_err(malformed)?.ok_or_else(|| {
        Problem::bad_request(
            "the Content-Type names no boundary: send `multipart/form-data; boundary=…`, as clients do by themselves where the header is left to them",
        )
    })?;
    // RFC 2046, section 5.1.1, has fewer characters, but some clients send others, such as `*`.
    let is_boundary = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
    if !(1..=70).contains(&boundary.len()) || !boundary.iter().all(is_boundary) || boundary.ends_with(b" ") {
        return Err(Problem::bad_request(
            "the boundary in the Content-Type has to have 1 to 70 characters of ASCII, and no space at its end",
        ));
    }
    Ok(String::from_utf8_lossy(boundary).into_owned())
}

/// A 413: a field is over a limit, or the body is, at that field.
pub fn too_large(what: &str, field: &str, limit: u64) -> Problem {
    let field = shown(field);
    Problem::new(413).with_detail(format!("field `{field}`: {what}")).with("field", &*field).with("limit", limit)
}

/// The problem for a body that is not valid multipart, at or after a field.
pub fn broken(error: &Broken, field: &str) -> Problem {
    malformed(
        match error {
            Broken::Payload(error) => return payload_problem(error),
            Broken::Incomplete => "ended before its last boundary",
            Broken::Boundary => {
                "has a boundary that no line break follows: between a boundary and its CRLF there may be spaces alone, and no content may have a line that begins with the boundary"
            }
            Broken::LargeHead => "has a part whose headers are larger than 64 KiB",
        },
        field,
    )
}

/// The problem for the headers of a part, at or after a field.
pub fn bad_head(error: BadHead, field: &str) -> Problem {
    malformed(
        match error {
            BadHead::Lines => "has a part with malformed headers",
            BadHead::Many => "has a part with more than 32 lines of headers",
            BadHead::Boundary => "has a boundary among the headers of a part: an empty line ends them",
            BadHead::NoDisposition => "has a part without a header `Content-Disposition: form-data`",
            BadHead::Disposition => {
                "has a part with a malformed Content-Disposition: write `form-data; name=\"…\"`, and each parameter once"
            }
            BadHead::NoName => "has a part without a name in its Content-Disposition",
            BadHead::Nested => {
                "has a part that is multipart itself: send each file as a part of its own (RFC 7578, section 4.3)"
            }
        },
        field,
    )
}

fn malformed(reason: &str, field: &str) -> Problem {
    let place = if field.is_empty() {
        "the body".to_owned()
    } else {
        format!("the body, at or after field `{}`,", shown(field))
    };
    Problem::bad_request(format!("{place} {reason}"))
}

/// The name of a field or a file in a message: a client may send a long one.
pub fn shown(name: &str) -> Cow<'_, str> {
    const LONGEST: usize = 256;
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &name[..end]).into(),
        None => name.into(),
    }
}
