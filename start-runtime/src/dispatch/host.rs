//! The Host header: a server answers 400 to one that is no host (RFC 9112, section 3.2). That it is
//! there, and there once, is checked while the request is parsed.

use actix_web::http::header::{self, HeaderMap};

/// Whether the header is there and no host: `a b`, `user@host`, `host/path`.
pub fn is_malformed(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::HOST) else { return false };
    !value.as_bytes().iter().all(|byte| ALLOWED[usize::from(*byte)])
}

/// What a host and a port consist of (RFC 3986, section 3.2.2), as a table: asked at each request.
const ALLOWED: [bool; 256] = {
    let punctuation = b"-._~:[]%!$&'()*+,;=";
    let mut allowed = [false; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        allowed[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let mut index = 0;
    while index < punctuation.len() {
        allowed[punctuation[index] as usize] = true;
        index += 1;
    }
    allowed
};
