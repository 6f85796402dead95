//! URI references (RFC 3986, section 4.1), as Location has them.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

/// Percent-encodes what a URI reference cannot contain: spaces, quotes, whatever is not ASCII, and backslashes, which
/// browsers would read as slashes, so that `/\example.com` led to another host. What is encoded already stays.
pub fn uri_reference(text: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| is_uri_byte(byte) && !matches!(byte, b'%' | b'#' | b'[' | b']');
    if text.bytes().all(is_plain) {
        return text.into();
    }
    let authority = authority(text);
    let mut encoded = String::with_capacity(text.len() + 16);
    let mut in_fragment = false;
    for (at, byte) in text.bytes().enumerate() {
        let stays = match byte {
            b'%' => matches!(text.as_bytes()[at + 1..], [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit()),
            // The first one begins the fragment.
            b'#' => !std::mem::replace(&mut in_fragment, true),
            // An IPv6 address.
            b'[' | b']' => authority.contains(&at),
            _ => is_uri_byte(byte),
        };
        if stays {
            encoded.push(byte.into());
        } else {
            // Writing into a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded.into()
}

/// Where host and port are.
fn authority(text: &str) -> Range<usize> {
    let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    match text.find("//") {
        Some(0) => {}
        Some(at) if text[..at].strip_suffix(':').is_some_and(|scheme| scheme.bytes().all(is_scheme)) => {}
        _ => return 0..0,
    }
    let begin = text.find("//").map_or(0, |at| at + 2);
    let end = text[begin..].find(['/', '?', '#']).map_or(text.len(), |length| begin + length);
    begin..end
}

fn is_uri_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_encoded_where_they_have_to_be() {
        let cases = [
            ("", ""),
            ("/a/b?c=d&e=f#g", "/a/b?c=d&e=f#g"),
            ("/a b", "/a%20b"),
            ("/größe?q=ü#ß", "/gr%C3%B6%C3%9Fe?q=%C3%BC#%C3%9F"),
            ("/a%20b%C3%BC", "/a%20b%C3%BC"),
            ("/100%", "/100%25"),
            ("/%zz%4", "/%25zz%254"),
            ("/%2Fa", "/%2Fa"),
            ("/\\evil.example", "/%5Cevil.example"),
            ("\\\\evil.example", "%5C%5Cevil.example"),
            ("https:\\\\evil.example", "https:%5C%5Cevil.example"),
            (" //evil.example", "%20//evil.example"),
            ("\u{a0}//evil.example", "%C2%A0//evil.example"),
            ("/a\"b<c>d`e{f|g}h^i", "/a%22b%3Cc%3Ed%60e%7Bf%7Cg%7Dh%5Ei"),
            ("/a'(b)*!$&+,;=:@~", "/a'(b)*!$&+,;=:@~"),
            ("/houses/[id]?ids[]=1", "/houses/%5Bid%5D?ids%5B%5D=1"),
            ("http://[::1]:80/[a]", "http://[::1]:80/%5Ba%5D"),
            ("//[::1]?[", "//[::1]?%5B"),
            ("/a://[b]", "/a://%5Bb%5D"),
            ("/a#b#c", "/a#b%23c"),
            ("https://example.com/?next=https://example.org/", "https://example.com/?next=https://example.org/"),
            ("mailto:a@example.com", "mailto:a@example.com"),
        ];
        for (text, expected) in cases {
            assert_eq!(uri_reference(text), expected, "{text}");
            assert_eq!(uri_reference(expected), expected, "{text}, again");
        }
    }
}
