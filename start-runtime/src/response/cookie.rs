//! Set-Cookie (RFC 6265, section 4.1).

use std::fmt::Write as _;

use actix_web::http::header::HeaderValue;
use cookie::{Cookie, CookieBuilder, SameSite};
use percent_encoding::{CONTROLS, utf8_percent_encode};

use super::field::Refused;

/// A value that can be set as a cookie.
pub trait IntoCookie {
    /// Converts the value into a cookie.
    fn into_cookie(self) -> Cookie<'static>;

    /// Whether the cookie has the attribute `Partitioned`.
    fn is_partitioned(&self) -> bool {
        false
    }
}

impl IntoCookie for Cookie<'static> {
    fn into_cookie(self) -> Cookie<'static> {
        self
    }
}

impl IntoCookie for CookieBuilder<'static> {
    fn into_cookie(self) -> Cookie<'static> {
        self.finish()
    }
}

impl<N: Into<String>, V: Into<String>> IntoCookie for (N, V) {
    fn into_cookie(self) -> Cookie<'static> {
        Cookie::new(self.0.into(), self.1.into())
    }
}

/// A cookie with the attribute `Partitioned` (CHIPS, draft-cutler-httpbis-partitioned-cookies): a site that is embedded
/// in others has one for each of them. Browsers take it only with `Secure`, which is set.
///
/// ```
/// use start_runtime::cookie::{Cookie, SameSite};
/// use start_runtime::{Partitioned, test};
///
/// let event = test::event("/").build();
/// event.cookies().set(Partitioned(Cookie::build("chat", "open").same_site(SameSite::None)));
/// // Set-Cookie: chat=open; SameSite=None; Secure; Path=/; Partitioned
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partitioned<C>(pub C);

impl<C: IntoCookie> IntoCookie for Partitioned<C> {
    fn into_cookie(self) -> Cookie<'static> {
        let mut cookie = self.0.into_cookie();
        if cookie.secure().is_none() {
            cookie.set_secure(true);
        }
        cookie
    }

    fn is_partitioned(&self) -> bool {
        true
    }
}

/// How many bytes name and value of a cookie may have together, as they are sent: browsers ignore a longer one
/// (RFC 6265bis, section 5.7).
pub const LONGEST_COOKIE: usize = 4096;

/// How many bytes an attribute may have: browsers ignore a longer one (RFC 6265bis, section 5.6).
const LONGEST_ATTRIBUTE: usize = 1024;

/// Returns the value of a Set-Cookie header. Name and value are percent-encoded where they have to be, and so is what is
/// not ASCII in a path; a cookie without a path gets `/`.
///
/// Refused is what the grammar cannot hold, and a cookie that browsers ignore, or keep for another path than it says.
pub fn set_cookie(cookie: &Cookie<'static>, is_partitioned: bool) -> Result<HeaderValue, Refused> {
    let path = cookie.path().unwrap_or("/");
    if path.bytes().any(|byte| byte == b';' || byte.is_ascii_control()) {
        return Err(Refused::cookie(cookie.name(), "its path has a semicolon or a control character"));
    }
    if !path.is_ascii() || cookie.path().is_none() {
        let mut with_path = cookie.clone();
        with_path.set_path(utf8_percent_encode(path, CONTROLS).to_string());
        return set_cookie(&with_path, is_partitioned);
    }
    check(cookie, is_partitioned)?;
    let is_plain = |text: &str| text.bytes().all(|byte| PLAIN[usize::from(byte)]);
    let mut text = String::with_capacity(cookie.name().len() + cookie.value().len() + 128);
    // The only part that can fail is a date.
    let written = match is_plain(cookie.name()) && is_plain(cookie.value()) {
        true => write!(text, "{cookie}"),
        false => write!(text, "{}", cookie.encoded()),
    }
    .ok();
    let length = text.find(';').unwrap_or(text.len()).saturating_sub(1);
    if length > LONGEST_COOKIE {
        let reason = format!("browsers ignore a cookie above {LONGEST_COOKIE} bytes, and it has {length}");
        return Err(Refused::cookie(cookie.name(), &reason));
    }
    if is_partitioned {
        text.push_str("; Partitioned");
    }
    let written = written.and_then(|()| HeaderValue::try_from(text).ok());
    written.ok_or_else(|| Refused::cookie(cookie.name(), "its date cannot be written"))
}

/// The bytes that are no reason to encode a name or a value (RFC 3986, section 2.3).
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        plain[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        byte += 1;
    }
    plain
};

/// Checks the value of a header that was written by hand, or comes from another server: its name and what that promises.
pub fn check_set_cookie(value: &str) -> Result<(), Refused> {
    let name = value.split('=').next().unwrap_or_default();
    let cookie = Cookie::parse(value).map_err(|_| Refused::cookie(name, "it does not begin with `name=value`"))?;
    check_prefix(&cookie, cookie.secure() == Some(true))
}

fn check(cookie: &Cookie<'_>, is_partitioned: bool) -> Result<(), Refused> {
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
    if cookie.path().is_some_and(|path| !path.starts_with('/')) {
        return refused("its path does not begin with `/`, and browsers would take another one");
    }
    if cookie.path().into_iter().chain(cookie.domain()).any(|attribute| attribute.len() > LONGEST_ATTRIBUTE) {
        return refused("browsers ignore a path or a domain of more than 1024 bytes");
    }
    let year = cookie.expires_datetime().map(|expires| expires.year());
    if year.is_some_and(|year| !(1601..=9999).contains(&year)) {
        return refused("browsers do not read the year in its date (RFC 6265, section 5.1.1)");
    }
    // `SameSite=None` is written with `Secure`.
    let is_secure = cookie.secure().unwrap_or(cookie.same_site() == Some(SameSite::None));
    if !is_secure && cookie.same_site() == Some(SameSite::None) {
        return refused("browsers ignore `SameSite=None` without `Secure`, so leave `secure(false)` out");
    }
    if !is_secure && is_partitioned {
        return refused("browsers ignore `Partitioned` without `Secure`, so leave `secure(false)` out");
    }
    check_prefix(cookie, is_secure)
}

/// Checks what the prefix of a name promises (RFC 6265bis, section 4.1.3).
fn check_prefix(cookie: &Cookie<'_>, is_secure: bool) -> Result<(), Refused> {
    let is_host = has_prefix(cookie.name(), HOST);
    let conditions = [
        (is_secure || !needs_secure(cookie.name()), "set `secure(true)`"),
        (!is_host || cookie.path() == Some("/"), "set `path(\"/\")`"),
        (!is_host || cookie.domain().is_none(), "leave `domain` out"),
        (cookie.http_only() == Some(true) || !needs_http_only(cookie.name()), "set `http_only(true)`"),
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
const HTTP: &str = "__Http-";
const HOST_HTTP: &str = "__Host-Http-";

/// Whether browsers take a cookie with this name only if it is `Secure`.
pub fn needs_secure(name: &str) -> bool {
    [HOST, SECURE, HTTP].into_iter().any(|prefix| has_prefix(name, prefix))
}

/// Whether browsers take a cookie with this name only if it is `HttpOnly`.
pub fn needs_http_only(name: &str) -> bool {
    [HTTP, HOST_HTTP].into_iter().any(|prefix| has_prefix(name, prefix))
}

/// Browsers compare the prefixes without regard to case.
fn has_prefix(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(prefix))
}
