//! The target of a request: one of the four forms (RFC 9112, section 3.2).

use actix_web::http::StatusCode;

use super::refusal::Refusal;
use crate::http::host;

/// Whether a target names the host itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Origin,
    Absolute,
}

/// Refuses what is no path and no URL. `*` is for OPTIONS; CONNECT is for proxies.
pub fn check(method: &[u8], target: &[u8]) -> Result<Form, Refusal> {
    if method == b"CONNECT" {
        return Err(Refusal::new(StatusCode::NOT_IMPLEMENTED, "this server is no proxy"));
    }
    if memchr::memchr(b'#', target).is_some() {
        return Err(Refusal::bad("the target has a fragment: `#` and what follows is not sent"));
    }
    match target {
        [b'/', ..] => Ok(Form::Origin),
        b"*" if method == b"OPTIONS" => Ok(Form::Origin),
        _ => match authority(target) {
            Some(authority) if !authority.is_empty() && !host::is_malformed(authority) => Ok(Form::Absolute),
            Some(_) => Err(Refusal::bad("the host in the target is no host")),
            None => Err(Refusal::bad("the target is neither a path that begins with `/` nor an http URL")),
        },
    }
}

/// The authority of an absolute target.
fn authority(target: &[u8]) -> Option<&[u8]> {
    let rest = ["http://", "https://"].iter().find_map(|scheme| {
        let (start, rest) = target.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme.as_bytes()).then_some(rest)
    })?;
    let end = memchr::memchr2(b'/', b'?', rest).unwrap_or(rest.len());
    Some(&rest[..end])
}
