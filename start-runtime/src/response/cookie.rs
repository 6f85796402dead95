//! Set-Cookie (RFC 6265, section 4.1).

use std::fmt::Write as _;

use actix_web::http::header::HeaderValue;
use cookie::{Cookie, SameSite};
use percent_encoding::{CONTROLS, utf8_percent_encode};

use super::field::Refused;

/// Returns the value of a Set-Cookie header. Name and value are percent-encoded where they have to be, and so is what is
/// not ASCII in a path; a cookie without a path gets `/`.
///
/// Refused is what the grammar cannot hold, and a cookie that browsers ignore because of its name (`__Host-`,
/// `__Secure-`).
pub fn set_cookie(mut cookie: Cookie<'static>) -> Result<HeaderValue, Refused> {
    let path = cookie.path().unwrap_or("/");
    cookie.set_path(match path.bytes().any(|byte| byte == b';' || byte.is_ascii_control()) {
        true => return Err(Refused::cookie(cookie.name(), "its path has a semicolon or a control character")),
        false => utf8_percent_encode(path, CONTROLS).to_string(),
    });
    check(&cookie)?;
    let mut text = String::new();
    // The only part that can fail is a date.
    let written = write!(text, "{}", cookie.encoded()).ok().and_then(|()| HeaderValue::try_from(text).ok());
    written.ok_or_else(|| Refused::cookie(cookie.name(), "its date cannot be written"))
}

/// Checks the value of a header that was written by hand, or comes from another server: its name and what that promises.
pub fn check_set_cookie(value: &str) -> Result<(), Refused> {
    let name = value.split('=').next().unwrap_or_default();
    let cookie = Cookie::parse(value).map_err(|_| Refused::cookie(name, "it does not begin with `name=value`"))?;
    check_prefix(&cookie, cookie.secure() == Some(true))
}

fn check(cookie: &Cookie<'_>) -> Result<(), Refused> {
    let refused = |reason: &str| Err(Refused::cookie(cookie.name(), reason));
    if cookie.name().is_empty() {
        return refused("it has no name");
    }
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    if let Some(domain) = cookie.domain()
        && (domain.is_empty() || !domain.bytes().all(is_host))
    {
        return refused("its domain is not one: write a host name in ASCII, such as `example.com`");
    }
    let year = cookie.expires_datetime().map(|expires| expires.year());
    if year.is_some_and(|year| !(1601..=9999).contains(&year)) {
        return refused("browsers do not read the year in its date (RFC 6265, section 5.1.1)");
    }
    // `SameSite=None` is written with `Secure`.
    check_prefix(cookie, cookie.secure().unwrap_or(cookie.same_site() == Some(SameSite::None)))
}

/// Checks what the prefix of a name promises (RFC 6265bis, section 4.1.3).
fn check_prefix(cookie: &Cookie<'_>, is_secure: bool) -> Result<(), Refused> {
    let is_host = has_prefix(cookie.name(), HOST);
    let conditions = [
        (is_secure || !needs_secure(cookie.name()), "set `secure(true)`"),
        (!is_host || cookie.path() == Some("/"), "set `path(\"/\")`"),
        (!is_host || cookie.domain().is_none(), "leave `domain` out"),
    ];
    let missing: Vec<&str> = conditions.into_iter().filter(|(is_met, _)| !is_met).map(|(_, what)| what).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let reason = format!("browsers ignore a cookie with this name otherwise, so {}", missing.join(" and "));
    Err(Refused::cookie(cookie.name(), &reason))
}

const HOST: &str = "__Host-";
const SECURE: &str = "__Secure-";

/// Whether browsers take a cookie with this name only if it is `Secure`.
pub fn needs_secure(name: &str) -> bool {
    has_prefix(name, HOST) || has_prefix(name, SECURE)
}

/// Browsers compare the prefixes without regard to case.
fn has_prefix(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(prefix))
}
