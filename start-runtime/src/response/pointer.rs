//! JSON pointers in error answers (RFC 6901).

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What a fragment cannot hold (RFC 3986, section 3.5).
const NOT_IN_A_FRAGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Escapes a key as a step of a JSON pointer (RFC 6901, section 3).
pub fn escape_pointer(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// A JSON pointer as the fragment of a URI (RFC 6901, section 6): `#/a%20b` for `/a b`.
pub fn fragment(pointer: &str) -> String {
    format!("#{}", utf8_percent_encode(pointer, NOT_IN_A_FRAGMENT))
}
