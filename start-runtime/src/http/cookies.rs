//! The Cookie header (RFC 6265, section 4.2).

use actix_web::http::header::{self, HeaderMap};
use cookie::Cookie;

/// The pairs of all Cookie headers. A pair that cannot be read does not hide the others.
///
/// A value is by custom percent-encoded. One that does not decode to text stays as it was sent, all of it. A pair with
/// bytes that are not UTF-8 is no cookie (section 4.1.1). One that begins with `=` has the empty name, as for the parsers
/// of JavaScript.
pub fn pairs(headers: &HeaderMap) -> impl Iterator<Item = Cookie<'_>> {
    headers
        .get_all(header::COOKIE)
        .flat_map(|value| split(value.as_bytes()))
        .filter_map(|pair| std::str::from_utf8(pair).ok())
        .filter_map(|pair| read(pair.trim()))
}

/// What stands between semicolons. A sealed cookie is long: a search by words takes a tenth of one by bytes.
fn split(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let Some(at) = memchr::memchr(b';', text) else { return Some(text) };
        rest = Some(&text[at + 1..]);
        Some(&text[..at])
    })
}

fn read(pair: &str) -> Option<Cookie<'_>> {
    // The crate takes a cookie without a name for none. What it does to a value it does behind a name.
    if let Some(value) = pair.strip_prefix('=') {
        let named = format!("_={value}");
        let mut cookie = parse(&named)?.into_owned();
        cookie.set_name("");
        return Some(cookie);
    }
    parse(pair)
}

fn parse(pair: &str) -> Option<Cookie<'_>> {
    // The crate looks for escapes, quotes and attributes for some thousand instructions, and most pairs have none.
    if memchr::memchr3(b'%', b'"', b';', pair.as_bytes()).is_none() {
        let (name, value) = pair.split_once('=')?;
        return (!name.trim().is_empty()).then(|| Cookie::new(name.trim(), value.trim()));
    }
    Cookie::parse_encoded(pair).or_else(|_| Cookie::parse(pair)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_pair_is_what_the_crate_reads() {
        let pairs = [
            "a=b",
            "a=",
            "=b",
            "a",
            "",
            " a = b ",
            "a==b",
            "a=b=c",
            "a=b c",
            "a=\tb",
            "a=+b",
            "a=b,c",
            "a=\u{a0}b",
            "é=ü",
            "a=\"b c\"",
            "a=\"b",
            "a=\"\"",
            "a=\"",
            "\"a\"=b",
            "a=%20b",
            "a=%",
            "%61=b",
            "$Version=1",
            "__Host-a=b",
        ];
        for pair in pairs.map(str::trim).into_iter().filter(|pair| !pair.starts_with('=')) {
            let of_the_crate = Cookie::parse_encoded(pair).or_else(|_| Cookie::parse(pair)).ok();
            let ours = read(pair);
            assert_eq!(ours.as_ref().map(Cookie::name_value), of_the_crate.as_ref().map(Cookie::name_value), "{pair}");
        }
    }
}
