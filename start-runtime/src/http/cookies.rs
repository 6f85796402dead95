//! The Cookie header (RFC 6265, section 4.2).

use actix_web::http::header::{self, HeaderMap};
use cookie::Cookie;

/// The pairs of all Cookie headers. A pair that cannot be read does not hide the others.
pub fn pairs(headers: &HeaderMap) -> impl Iterator<Item = Cookie<'_>> {
    headers
        .get_all(header::COOKIE)
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| std::str::from_utf8(pair).ok())
        .filter_map(|pair| Cookie::parse_encoded(pair.trim()).ok())
}
