//! Where a user goes after signing in: a path of this program, and nothing that a browser could take for another host.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use url::Url;

/// How many bytes a path may have: it is kept in a cookie.
const LONGEST: usize = 1000;

/// How often something may be encoded.
const ROUNDS: usize = 4;

/// Returns why a text is not the path of a page of this program. Encoded texts are decoded, as often as they are encoded:
/// what is harmless for a browser may not be for a proxy.
pub fn check(text: &str) -> Result<(), &'static str> {
    if text.len() > LONGEST {
        return Err("it is too long");
    }
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let mut decoded = Cow::Borrowed(path);
    for _ in 0..ROUNDS {
        is_local(&decoded)?;
        let next = percent_decode_str(&decoded).decode_utf8().map_err(|_| "it is not UTF-8")?.into_owned();
        if next == *decoded {
            return joins(text);
        }
        decoded = next.into();
    }
    Err("it is encoded too often")
}

/// Whether a path, as the router reads it, is below another one.
pub fn is_below(text: &str, folder: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    decoded.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn is_local(path: &str) -> Result<(), &'static str> {
    if !path.starts_with('/') {
        return Err("it does not begin with a slash");
    }
    if path.contains("//") {
        return Err("two slashes could be the beginning of a host");
    }
    if path.contains('\\') {
        return Err("browsers take a backslash for a slash");
    }
    if path.chars().any(char::is_control) {
        return Err("browsers leave control characters out");
    }
    if path.split('/').any(|segment| segment == "." || segment == "..") {
        return Err("a segment is a dot");
    }
    Ok(())
}

/// What a browser makes of it.
fn joins(text: &str) -> Result<(), &'static str> {
    if text.chars().any(char::is_control) {
        return Err("browsers leave control characters out");
    }
    let base = Url::parse("https://start.invalid/").map_err(|_| "it is no reference")?;
    let joined = base.join(text).map_err(|_| "it is no reference")?;
    if joined.origin() == base.origin() { Ok(()) } else { Err("it leads to another host") }
}

#[cfg(test)]
mod tests {
    use super::{check, is_below};

    #[test]
    fn paths_of_this_program_are_good() {
        for good in [
            "/",
            "/a",
            "/a/b?c=d#e",
            "/?next=https://evil",
            "/?q=\\",
            "/größe",
            "/a%20b",
            "/a?x=//evil",
            "/a%3Fb",
            "/:8080",
            "/@evil",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn the_routes_of_signing_in_are_known_however_they_are_written() {
        for (text, expected) in [
            ("/api/auth/login", true),
            ("/api/auth/logout?x=y", true),
            ("/%61pi/auth%2flogin#a", true),
            ("/api/auth", false),
            ("/api/authors/1", false),
            ("/?next=/api/auth/login", false),
        ] {
            assert_eq!(is_below(text, "/api/auth"), expected, "{text}");
        }
    }

    #[test]
    fn what_could_lead_elsewhere_is_not() {
        for bad in [
            "",
            "a",
            "?a",
            "#a",
            "//evil",
            "///evil",
            "/\\evil",
            "\\\\evil",
            "\\/evil",
            "https:evil",
            "https://evil",
            "http:/evil",
            "javascript:alert(1)",
            "data:text/html,x",
            "/%2fevil",
            "/%2Fevil",
            "%2f%2fevil",
            "%2F%2Fevil",
            "/%5cevil",
            "/%5Cevil",
            "/%255cevil",
            "/%252fevil",
            "/%25252fevil",
            "/%09/evil",
            "/\t/evil",
            "/\n/evil",
            "/\r/evil",
            "/%0d%0aSet-Cookie:x",
            "/\u{0}",
            " /a",
            "\t//evil",
            "/a//evil",
            "/..//evil",
            "/./",
            "/.%2e/",
            "/%2e%2e/x",
            "/a\\b",
            "/%ff",
            "https:/\\evil",
            "/%25252525252525252fevil",
            "\u{feff}//evil",
            "／／evil",
        ] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
        assert!(check(&format!("/{}", "a".repeat(2000))).is_err());
    }
}
