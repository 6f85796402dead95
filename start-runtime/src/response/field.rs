//! Text becomes a header in one place. Where the grammar of a header has a way to write it, the text is encoded; else
//! the header is refused, and the response is a 500 whose cause names the header. None is left out silently.

use std::borrow::Cow;
use std::fmt;

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderName, HeaderValue};

use super::cookie::check_set_cookie;
use super::location::uri_reference;

/// Why a header cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(String);

impl Refused {
    /// A header, and the reason.
    pub fn header(name: &str, value: &str, reason: &str) -> Self {
        Self(format!("the header `{}: {}` cannot be sent: {reason}", shown(name), shown(value)))
    }

    /// A cookie, and the reason. Its value may be a secret, and is not shown.
    pub fn cookie(name: &str, reason: &str) -> Self {
        Self(format!("the cookie `{}` cannot be sent: {reason}", shown(name)))
    }

    /// The response for it.
    pub fn into_response(self) -> HttpResponse {
        broken(self.0)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a response could not be built, in the extensions of the 500 that stands for it.
struct Broken(String);

/// A 500 for a response that could not be built. It is replaced by the response of a problem with this cause, which is
/// logged, before it is sent.
pub fn broken(cause: String) -> HttpResponse {
    let mut response = super::Problem::new(500).into_http_response();
    response.extensions_mut().insert(Broken(cause));
    response
}

/// Why the response could not be built, if it is the 500 for one that could not.
pub fn broken_because(response: &HttpResponse) -> Option<String> {
    response.extensions().get().map(|Broken(cause)| cause.clone())
}

/// Returns the header with this name and value.
///
/// - Location and Content-Location are percent-encoded where a URI reference has to be (RFC 3986).
/// - Content-Type has to be a media type (RFC 9110, section 8.3.1).
/// - A cookie in Set-Cookie has to keep what its name promises.
/// - Any other value has no control characters but tabs (RFC 9110, section 5.5). What is not ASCII is sent as UTF-8.
pub fn field(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Refused> {
    let refused = |reason: &str| Refused::header(name, value, reason);
    let known = HeaderName::try_from(name).map_err(|_| refused("its name is not one (RFC 9110, section 5.1)"))?;
    let is_uri = known == header::LOCATION || known == header::CONTENT_LOCATION;
    if value.bytes().any(|byte| byte.is_ascii_control() && (is_uri || byte != b'\t')) {
        return Err(refused("its value has a line break or another control character"));
    }
    let text = if is_uri {
        uri_reference(value)
    } else if known == header::CONTENT_TYPE && !is_media_type(value) {
        return Err(refused("it is not a media type, such as `text/csv; charset=utf-8` (RFC 9110, section 8.3.1)"));
    } else {
        if known == header::SET_COOKIE {
            check_set_cookie(value)?;
        }
        Cow::Borrowed(value)
    };
    let value = HeaderValue::try_from(&*text).map_err(|_| refused("its value is not one (RFC 9110, section 5.5)"))?;
    Ok((known, value))
}

/// Whether this is `type/subtype`, with any parameters.
fn is_media_type(text: &str) -> bool {
    let is_token = |text: &str| {
        let is_char = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        !text.is_empty() && text.bytes().all(is_char)
    };
    let essence = text.split(';').next().unwrap_or_default().trim();
    essence.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

/// A text in a message, on one line and not too long.
fn shown(text: &str) -> String {
    const LONGEST: usize = 120;
    let mut shown: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}
