//! Where a request comes from, as its browser says.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::http::authority;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether a request comes from the program's own pages.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Same,
    /// The reason is the end of a sentence.
    Other(&'static str),
}

/// Judges by the first of three fields that is there: by `Sec-Fetch-Site` (Fetch Metadata), which only browsers set and
/// which knows the scheme; by `Origin`; by `Referer`. A request without any of them is refused. `trusted` are other origins
/// that may send requests.
pub fn judge(headers: &HeaderMap, trusted: &[String]) -> Verdict {
    let is_trusted = |origin: &HeaderValue| trusted.iter().any(|known| known.as_bytes() == origin.as_bytes());
    if only(headers, &header::ORIGIN).is_some_and(is_trusted) {
        return Verdict::Same;
    }
    let host = only(headers, &header::HOST).map_or(&b""[..], HeaderValue::as_bytes);
    let same = |is_same: bool, reason| if is_same { Verdict::Same } else { Verdict::Other(reason) };
    if headers.contains_key(&SEC_FETCH_SITE) {
        let site = only(headers, &SEC_FETCH_SITE).map_or(&b""[..], HeaderValue::as_bytes);
        return same(
            matches!(site, b"same-origin" | b"none"),
            "its `Sec-Fetch-Site` says that it comes from another origin",
        );
    }
    if headers.contains_key(header::ORIGIN) {
        let origin = only(headers, &header::ORIGIN).and_then(|origin| authority::of_origin(origin.as_bytes()));
        return same(
            origin.is_some_and(|origin| origin.is_of(host)),
            "its `Origin` is not the host that it was sent to",
        );
    }
    if headers.contains_key(header::REFERER) {
        let referer = only(headers, &header::REFERER).and_then(|referer| authority::of_url(referer.as_bytes()));
        return same(referer.is_some_and(|from| from.is_of(host)), "its `Referer` is not the host that it was sent to");
    }
    Verdict::Other(
        "does not say where it comes from: it needs `Sec-Fetch-Site`, `Origin` or `Referer`, which browsers send",
    )
}

/// The value of a field that is there once.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h HeaderValue> {
    let mut all = headers.get_all(name);
    all.next().filter(|_| all.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Fields = &'static [(&'static str, &'static str)];

    #[test]
    fn the_first_field_that_is_there_decides() {
        const SITE: &str = "sec-fetch-site";
        const ORIGIN: &str = "origin";
        const REFERER: &str = "referer";
        let cases: &[(&str, Fields, bool)] = &[
            ("a.example", &[(SITE, "same-origin")], true),
            ("a.example", &[(SITE, "none")], true),
            ("a.example", &[(SITE, "same-site")], false),
            ("a.example", &[(SITE, "cross-site")], false),
            ("a.example", &[(SITE, "")], false),
            ("a.example", &[(SITE, "SAME-ORIGIN")], false),
            ("a.example", &[(SITE, "same-origin"), (SITE, "same-origin")], false),
            ("a.example", &[(SITE, "cross-site"), (ORIGIN, "https://a.example")], false),
            ("a.example", &[(SITE, "same-origin"), (ORIGIN, "https://b.example")], true),
            ("a.example", &[(ORIGIN, "https://a.example")], true),
            ("a.example", &[(ORIGIN, "http://a.example")], true),
            ("A.Example", &[(ORIGIN, "https://a.example")], true),
            ("a.example:443", &[(ORIGIN, "https://a.example")], true),
            ("a.example:80", &[(ORIGIN, "https://a.example")], false),
            ("a.example", &[(ORIGIN, "https://a.example:443")], true),
            ("a.example", &[(ORIGIN, "https://a.example:8443")], false),
            ("a.example:3000", &[(ORIGIN, "http://a.example:3000")], true),
            ("a.example:3000", &[(ORIGIN, "http://a.example:3001")], false),
            ("a.example:3000", &[(ORIGIN, "http://a.example")], false),
            ("[::1]:3000", &[(ORIGIN, "http://[::1]:3000")], true),
            ("[::1]:3000", &[(ORIGIN, "http://[::2]:3000")], false),
            ("a.example", &[(ORIGIN, "null")], false),
            ("a.example", &[(ORIGIN, "")], false),
            ("a.example", &[(ORIGIN, "a.example")], false),
            ("a.example", &[(ORIGIN, "https://a.example.evil.example")], false),
            ("a.example", &[(ORIGIN, "https://a.example@evil.example")], false),
            ("a.example", &[(ORIGIN, "https://evil.example/a.example")], false),
            ("a.example", &[(ORIGIN, "https://a.example"), (ORIGIN, "https://a.example")], false),
            ("a.example", &[(ORIGIN, "https://b.example"), (REFERER, "https://a.example/")], false),
            ("a.example", &[(ORIGIN, "https://trusted.example")], true),
            ("a.example", &[(SITE, "cross-site"), (ORIGIN, "https://trusted.example")], true),
            ("a.example", &[(REFERER, "https://a.example/x?y#z")], true),
            ("a.example", &[(REFERER, "https://a.example?next=1")], true),
            ("a.example", &[(REFERER, "https://a.example")], true),
            ("a.example", &[(REFERER, "https://b.example/a.example")], false),
            ("a.example", &[(REFERER, "https://a.example:99999/")], false),
            ("a.example", &[(REFERER, "https://a.example@b.example/")], false),
            ("a.example", &[(REFERER, "/x")], false),
            ("a.example", &[(REFERER, "about:blank")], false),
            ("a.example", &[], false),
            ("", &[(ORIGIN, "https://a.example")], false),
        ];
        for (host, fields, expected) in cases {
            let mut headers = HeaderMap::new();
            let host = HeaderValue::from_static(host);
            headers.insert(header::HOST, host.clone());
            for (name, value) in *fields {
                headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            let trusted = ["https://trusted.example".to_owned()];
            assert_eq!(judge(&headers, &trusted) == Verdict::Same, *expected, "{host:?} {fields:?}");
        }
    }
}
