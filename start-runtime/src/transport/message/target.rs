//! The target of a request: one of the four forms (RFC 9112, section 3.2).

use actix_http::StatusCode;

use super::refusal::Refusal;
use crate::http::host;

/// Whether a target names the host itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A path, or `*`: the host is that of the Host header.
    Origin,
    /// A URL: its authority takes the place of the Host header (RFC 9112, section 3.2.2).
    Absolute,
}

/// Refuses what is no path and no URL. `*` is for OPTIONS; CONNECT is for proxies. Fragments are a matter
/// of [`refuse_fragment`].
#[inline]
pub fn check(method: &[u8], target: &[u8]) -> Result<Form, Refusal> {
    if method == b"CONNECT" {
        return Err(Refusal::new(StatusCode::NOT_IMPLEMENTED, "this server is no proxy"));
    }
    match target {
        [b'/', ..] => Ok(Form::Origin),
        b"*" if method == b"OPTIONS" => Ok(Form::Origin),
        _ => match authority(target) {
            Some(authority) if !host::is_malformed(authority) => Ok(Form::Absolute),
            Some(_) => Err(Refusal::bad("the host in the target is no host")),
            None => Err(Refusal::bad("the target is neither a path that begins with `/` nor an http URL")),
        },
    }
}

/// Refuses a target with a fragment.
pub fn refuse_fragment(target: &[u8]) -> Result<(), Refusal> {
    match memchr::memchr(b'#', target) {
        None => Ok(()),
        Some(_) => Err(Refusal::bad("the target has a fragment: `#` and what follows is not sent")),
    }
}

/// The authority of an absolute target.
pub fn authority(target: &[u8]) -> Option<&[u8]> {
    let rest = ["http://", "https://"].iter().find_map(|scheme| {
        let (start, rest) = target.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme.as_bytes()).then_some(rest)
    })?;
    let end = memchr::memchr2(b'/', b'?', rest).unwrap_or(rest.len());
    Some(&rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_a_target_is_read() {
        let form = |method: &str, target: &str| {
            check(method.as_bytes(), target.as_bytes()).map_err(|refusal| refusal.status.as_u16())
        };
        assert_eq!(form("GET", "/a?b"), Ok(Form::Origin));
        assert_eq!(form("OPTIONS", "*"), Ok(Form::Origin));
        assert_eq!(form("GET", "HTTP://X:80?b"), Ok(Form::Absolute));
        assert_eq!(form("GET", "https://x"), Ok(Form::Absolute));
        assert_eq!(form("CONNECT", "x:80"), Err(501));
        assert!(refuse_fragment(b"/a#b").is_err() && refuse_fragment(b"/a").is_ok());
        for target in ["*", "a", "?a", "x:80", "ftp://x/", "http:///a", "http://:80/", "http://a@x/", "http://x:y/"] {
            assert_eq!(form("GET", target), Err(400), "{target}");
        }
    }
}
