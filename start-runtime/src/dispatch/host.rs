//! The Host header: a server answers 400 to one that is no host (RFC 9112, section 3.2). That it is
//! there, and there once, is checked while the request is parsed.

use actix_web::http::header::{self, HeaderMap};

/// Whether the header is there and no host: `a b`, `user@host`, `host/path`.
pub fn is_malformed(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::HOST) else { return false };
    !value.as_bytes().iter().all(|byte| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' | b'[' | b']' | b'%' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='))
}
