//! Host and port of an origin, a URL and the Host field, to be compared.
#![allow(dead_code, reason = "capabilities compare them")]

/// Host and port of an `http` or `https` URL or origin; the host as it is written.
#[derive(Clone, Copy, Debug)]
pub struct Authority<'a> {
    host: &'a [u8],
    port: Option<u16>,
    default_port: u16,
}

/// That of an Origin field (RFC 6454, section 7): a scheme, a host, and perhaps a port.
pub fn of_origin(origin: &[u8]) -> Option<Authority<'_>> {
    let (rest, default_port) = scheme(origin)?;
    read(rest, default_port)
}

/// That of an Origin field of any scheme. Without a port, that of the scheme counts; where nobody knows it, there is none.
pub fn of_any_origin(origin: &[u8]) -> Option<Authority<'_>> {
    let at = origin.windows(3).position(|part| part == b"://")?;
    let (scheme, rest) = (&origin[..at], &origin[at + 3..]);
    let is_scheme = |(index, byte): (usize, &u8)| {
        byte.is_ascii_alphabetic() || (index > 0 && (byte.is_ascii_digit() || b"+-.".contains(byte)))
    };
    if scheme.is_empty() || !scheme.iter().enumerate().all(is_scheme) {
        return None;
    }
    let is = |names: [&[u8]; 2]| names.iter().any(|name| scheme.eq_ignore_ascii_case(name));
    read(rest, if is([b"https", b"wss"]) { 443 } else { 80 })
}

/// That of an absolute URL.
pub fn of_url(url: &[u8]) -> Option<Authority<'_>> {
    let (rest, default_port) = scheme(url)?;
    let end = rest.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(rest.len());
    read(&rest[..end], default_port)
}

impl Authority<'_> {
    /// Whether these are the host and port of a Host field. A field without a port means that of the scheme: the client
    /// knows its scheme, and the program behind a proxy does not.
    pub fn is_of(&self, host: &[u8]) -> bool {
        let Some(other) = read(host, self.default_port) else { return false };
        let port = |authority: &Authority<'_>| authority.port.unwrap_or(authority.default_port);
        self.host.eq_ignore_ascii_case(other.host) && port(self) == port(&other)
    }
}

fn scheme(text: &[u8]) -> Option<(&[u8], u16)> {
    let at = text.windows(3).position(|part| part == b"://")?;
    let (scheme, rest) = (&text[..at], &text[at + 3..]);
    match scheme {
        _ if scheme.eq_ignore_ascii_case(b"http") => Some((rest, 80)),
        _ if scheme.eq_ignore_ascii_case(b"https") => Some((rest, 443)),
        _ => None,
    }
}

fn read(authority: &[u8], default_port: u16) -> Option<Authority<'_>> {
    if crate::http::host::is_malformed(authority) {
        return None;
    }
    let end = match authority.iter().position(|byte| *byte == b']') {
        Some(bracket) => bracket + 1,
        None => authority.iter().position(|byte| *byte == b':').unwrap_or(authority.len()),
    };
    let port = match authority.get(end + 1..) {
        None | Some([]) => None,
        Some(digits) => Some(std::str::from_utf8(digits).ok()?.parse().ok()?),
    };
    Some(Authority { host: &authority[..end], port, default_port })
}
