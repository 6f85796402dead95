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

/// Checks the value of a header that was written by hand.
pub fn check_set_cookie(value: &str) -> Result<(), Refused> {
    let name = value.split('=').next().unwrap_or_default();
    let cookie = Cookie::parse(value).map_err(|_| Refused::cookie(name, "it does not begin with `name=value`"))?;
    check(&cookie)
}

fn check(cookie: &Cookie<'_>) -> Result<(), Refused> {
    let name = cookie.name();
    let refused = |reason: &str| Err(Refused::cookie(name, reason));
    if name.is_empty() {
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
    let mut missing = Vec::new();
    let is_secure = cookie.secure().unwrap_or(cookie.same_site() == Some(SameSite::None));
    if !is_secure {
        missing.push("set `secure(true)`");
    }
    if has_prefix(name, HOST) {
        if cookie.path() != Some("/") {
            missing.push("set `path(\"/\")`");
        }
        if cookie.domain().is_some() {
            missing.push("leave `domain` out");
        }
    } else if !has_prefix(name, SECURE) {
        return Ok(());
    }
    if missing.is_empty() {
        return Ok(());
    }
    refused(&format!("browsers ignore a cookie with this name otherwise, so {}", missing.join(" and ")))
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
