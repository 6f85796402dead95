//! What proxies write down of a request: `X-Forwarded-For` and its siblings, and `Forwarded` (RFC 7239). Each proxy adds
//! an element on the right; several field lines are one list.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// One element of `Forwarded`. `None`: the element does not have the parameter, or is malformed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    pub node: Option<String>,
    pub host: Option<String>,
    pub proto: Option<String>,
}

/// The elements of a field that is a plain list, from the left. Empty ones do not count (RFC 9110, section 5.6.1).
pub fn list<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Vec<&'h [u8]> {
    let elements = headers.get_all(name).flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    elements.map(<[u8]>::trim_ascii).filter(|element| !element.is_empty()).collect()
}

/// The elements of all `Forwarded` lines, from the left. A malformed element says nothing, and does not spoil those
/// that a proxy added behind it.
pub fn elements(headers: &HeaderMap) -> Vec<Element> {
    headers.get_all(header::FORWARDED).flat_map(line).collect()
}

fn line(value: &HeaderValue) -> Vec<Element> {
    let parts = split(value.as_bytes(), b',').into_iter().map(<[u8]>::trim_ascii).filter(|part| !part.is_empty());
    parts.map(|part| element(part).unwrap_or_default()).collect()
}

fn element(part: &[u8]) -> Option<Element> {
    let mut element = Element::default();
    for pair in split(part, b';').into_iter().map(<[u8]>::trim_ascii).filter(|pair| !pair.is_empty()) {
        let at = pair.iter().position(|byte| *byte == b'=')?;
        let (name, value) = (std::str::from_utf8(&pair[..at]).ok()?, text(&pair[at + 1..])?);
        let slot = match name.to_ascii_lowercase().as_str() {
            "for" => &mut element.node,
            "host" => &mut element.host,
            "proto" => &mut element.proto,
            _ => continue,
        };
        // A parameter occurs once (section 4).
        if slot.replace(value).is_some() {
            return None;
        }
    }
    Some(element)
}

/// A token or a quoted string (RFC 9110, section 5.6). Colons and brackets of addresses are let through without quotes.
fn text(value: &[u8]) -> Option<String> {
    let Some(quoted) = value.strip_prefix(b"\"") else {
        let is_plain = |byte: &u8| byte.is_ascii_graphic() && !b"\"(),/;<=>?@\\{}".contains(byte);
        return (!value.is_empty() && value.iter().all(is_plain)).then(|| String::from_utf8_lossy(value).into_owned());
    };
    let mut text = Vec::new();
    let mut bytes = quoted.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return if bytes.as_slice().is_empty() { String::from_utf8(text).ok() } else { None },
            b'\\' => text.push(*bytes.next()?),
            other => text.push(*other),
        }
    }
    None
}

/// Splits outside of quoted strings. A quote that nothing closes is an ordinary byte: a client that sends one must not
/// hide what a proxy adds behind it.
fn split(text: &[u8], separator: u8) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        if text[at] == b'"' {
            at += quoted_length(&text[at..]).unwrap_or(1);
            continue;
        }
        if text[at] == separator {
            parts.push(&text[start..at]);
            start = at + 1;
        }
        at += 1;
    }
    parts.push(&text[start..]);
    parts
}

/// How long the quoted string is that this text begins with, quotes included.
fn quoted_length(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    while at < text.len() {
        match text[at] {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    None
}

/// The address in a node (section 6): an IP address, in brackets if it is an IPv6 one, perhaps with a port. Names
/// (`unknown`, `_hidden`) are none.
pub fn address(node: &str) -> Option<IpAddr> {
    let address = if let Some(rest) = node.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
        address.parse::<Ipv6Addr>().ok().filter(|_| is_port)?.into()
    } else if let Ok(address) = node.parse::<IpAddr>() {
        address
    } else {
        let (address, port) = node.split_once(':')?;
        IpAddr::V4(address.parse().ok().filter(|_| is_port(port))?)
    };
    Some(address.to_canonical())
}

/// A port, or a name in its place (section 6.3).
fn is_port(text: &str) -> bool {
    match text.strip_prefix('_') {
        Some(name) => {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        }
        None => matches!(text.len(), 1..=5) && text.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_from_what_is_none() {
        let cases = [
            ("192.0.2.1", Some("192.0.2.1")),
            ("192.0.2.1:80", Some("192.0.2.1")),
            ("192.0.2.1:_http", Some("192.0.2.1")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("[2001:DB8:0::1]", Some("2001:db8::1")),
            ("[2001:db8::1]:4711", Some("2001:db8::1")),
            ("::ffff:192.0.2.1", Some("192.0.2.1")),
            ("192.0.2.1:", None),
            ("192.0.2.1:123456", None),
            ("192.0.2.1:-1", None),
            ("192.0.2.01", None),
            ("192.0.2", None),
            ("[192.0.2.1]", None),
            ("[2001:db8::1", None),
            ("[2001:db8::1]x", None),
            ("[fe80::1%eth0]", None),
            ("unknown", None),
            ("_hidden", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(address(text), expected.map(|text| text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn elements_of_forwarded_are_read_one_by_one() {
        let node = |text: &str| {
            let value = HeaderValue::from_bytes(text.as_bytes()).unwrap();
            line(&value).into_iter().map(|element| element.node.unwrap_or("-".to_owned())).collect::<Vec<_>>()
        };
        let cases: &[(&str, &[&str])] = &[
            ("for=192.0.2.1", &["192.0.2.1"]),
            ("For=\"[2001:db8::1]:80\" ; proto=https;by=x, for=192.0.2.1", &["[2001:db8::1]:80", "192.0.2.1"]),
            ("for=a,, for=b,", &["a", "b"]),
            ("for=\"a,b;c\\\"d\", for=e", &["a,b;c\"d", "e"]),
            ("proto=https, for=b", &["-", "b"]),
            ("rubbish, for=b", &["-", "b"]),
            ("for=a;for=b, for=c", &["-", "c"]),
            ("for=, for=c", &["-", "c"]),
            ("for=\"a, for=c", &["-", "c"]),
            ("for=\"a\"x, for=c", &["-", "c"]),
            ("for=\"a\\", &["-"]),
            ("for = a", &["-"]),
        ];
        for (text, expected) in cases {
            assert_eq!(node(text), *expected, "{text}");
        }
    }
}
