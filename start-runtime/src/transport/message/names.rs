//! The names of headers: the common ones without parsing, and those that mean something here.

use actix_http::header::{self, HeaderName};

/// What a header says about its message, its connection or its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing that matters here.
    None,
    /// The same, and its value is that of many requests.
    Repeated,
    /// Host.
    Host,
    /// Expect.
    Expect,
    /// Upgrade.
    Upgrade,
    /// Connection.
    Connection,
    /// Content-Length.
    ContentLength,
    /// Transfer-Encoding.
    TransferEncoding,
}

/// `x-forwarded-for` and the like have no constants of their own.
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// A token in any spelling as the name of a header, and its meaning. `None` if it is no name.
///
/// The common names are compared by length and bytes: parsing one with [`HeaderName::from_bytes`] takes
/// five times as long.
pub fn of(name: &[u8]) -> Option<(HeaderName, Meaning)> {
    let is = |lower: &[u8]| is_spelling_of(name, lower);
    let known = match name.len() {
        4 if is(b"host") => (header::HOST, Meaning::Host),
        6 if is(b"accept") => (header::ACCEPT, Meaning::Repeated),
        6 if is(b"cookie") => (header::COOKIE, Meaning::None),
        6 if is(b"origin") => (header::ORIGIN, Meaning::Repeated),
        6 if is(b"expect") => (header::EXPECT, Meaning::Expect),
        7 if is(b"referer") => (header::REFERER, Meaning::None),
        7 if is(b"upgrade") => (header::UPGRADE, Meaning::Upgrade),
        10 if is(b"user-agent") => (header::USER_AGENT, Meaning::Repeated),
        10 if is(b"connection") => (header::CONNECTION, Meaning::Connection),
        12 if is(b"content-type") => (header::CONTENT_TYPE, Meaning::Repeated),
        12 if is(b"x-request-id") => (X_REQUEST_ID, Meaning::None),
        13 if is(b"authorization") => (header::AUTHORIZATION, Meaning::None),
        13 if is(b"cache-control") => (header::CACHE_CONTROL, Meaning::Repeated),
        14 if is(b"content-length") => (header::CONTENT_LENGTH, Meaning::ContentLength),
        14 if is(b"sec-fetch-site") => (SEC_FETCH_SITE, Meaning::Repeated),
        14 if is(b"sec-fetch-mode") => (SEC_FETCH_MODE, Meaning::Repeated),
        14 if is(b"sec-fetch-dest") => (SEC_FETCH_DEST, Meaning::Repeated),
        15 if is(b"accept-encoding") => (header::ACCEPT_ENCODING, Meaning::Repeated),
        15 if is(b"accept-language") => (header::ACCEPT_LANGUAGE, Meaning::Repeated),
        15 if is(b"x-forwarded-for") => (X_FORWARDED_FOR, Meaning::None),
        17 if is(b"transfer-encoding") => (header::TRANSFER_ENCODING, Meaning::TransferEncoding),
        _ => return Some((HeaderName::from_bytes(name).ok()?, Meaning::None)),
    };
    Some(known)
}

/// Whether a token of the same length is `lower`, but for the case of its letters. Of a token's
/// characters only the case of letters hangs on the bit that is set here.
#[inline(always)]
fn is_spelling_of(name: &[u8], lower: &[u8]) -> bool {
    name.len() == lower.len() && name.iter().zip(lower).fold(true, |same, (byte, lower)| same & (byte | 0x20 == *lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_every_spelling() {
        for name in [
            "host",
            "accept",
            "cookie",
            "origin",
            "expect",
            "referer",
            "upgrade",
            "user-agent",
            "connection",
            "content-type",
            "x-request-id",
            "authorization",
            "cache-control",
            "content-length",
            "sec-fetch-site",
            "sec-fetch-mode",
            "sec-fetch-dest",
            "accept-encoding",
            "accept-language",
            "x-forwarded-for",
            "transfer-encoding",
            "x",
            "x-other",
            "date",
            "if-modified-since",
        ] {
            let title: String =
                name.char_indices().map(|(at, c)| if at % 3 == 0 { c.to_ascii_uppercase() } else { c }).collect();
            for spelling in [name, &name.to_uppercase(), &title] {
                assert_eq!(of(spelling.as_bytes()).unwrap().0.as_str(), name);
            }
        }
        for name in ["", "ho st", "h\u{f6}s", "a:b"] {
            assert!(of(name.as_bytes()).is_none(), "{name:?}");
        }
    }
}
