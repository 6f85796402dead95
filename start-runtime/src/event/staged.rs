//! Headers and cookies that wait for the response.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use cookie::Cookie;

use super::Exchange;
use super::cookies::IntoCookie;

/// Headers and cookies for the answer, whatever the handler will return: a value, an error, a
/// redirect.
///
/// They replace headers of the same name in the returned response; cookies are added to its own.
/// Only the 500 after a panic goes without them.
#[derive(Clone)]
pub struct StagedResponse(Rc<Exchange>);

/// What was staged so far.
#[derive(Default)]
pub struct Staged {
    headers: HeaderMap,
    cookies: Vec<Cookie<'static>>,
}

impl StagedResponse {
    pub(crate) fn new(exchange: Rc<Exchange>) -> Self {
        Self(exchange)
    }

    /// Sets a header. One that cannot be sent (a line break in the value) is left out, and logged.
    pub fn set_header(&self, name: impl AsRef<str>, value: impl AsRef<str>) {
        self.edit(name.as_ref(), value.as_ref(), |headers, name, value| {
            headers.insert(name, value);
        });
    }

    /// Adds a header beside those of the same name that were staged.
    pub fn append_header(&self, name: impl AsRef<str>, value: impl AsRef<str>) {
        self.edit(name.as_ref(), value.as_ref(), HeaderMap::append);
    }

    /// Sets a cookie; an earlier one of the same name, domain and path is replaced. A cookie without
    /// a path gets `/`.
    pub fn set_cookie(&self, cookie: impl IntoCookie) {
        let mut cookie = cookie.into_cookie();
        if cookie.path().is_none() {
            cookie.set_path("/");
        }
        let mut staged = self.0.staged.borrow_mut();
        let cookies = &mut staged.get_or_insert_default().cookies;
        cookies.retain(|other| !is_same(other, &cookie));
        cookies.push(cookie);
    }

    /// The value of a staged header.
    pub fn header(&self, name: &str) -> Option<String> {
        let staged = self.0.staged.borrow();
        Some(String::from_utf8_lossy(staged.as_ref()?.headers.get(name)?.as_bytes()).into_owned())
    }

    fn edit(&self, name: &str, value: &str, edit: fn(&mut HeaderMap, HeaderName, HeaderValue)) {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(value)) => edit(&mut self.0.staged.borrow_mut().get_or_insert_default().headers, name, value),
            _ => tracing::error!(
                "the header `{}: {}` cannot be sent and is left out",
                name.escape_debug(),
                value.escape_debug()
            ),
        }
    }
}

impl Staged {
    /// Moves everything into the response.
    pub fn apply(self, response: &mut HttpResponse) {
        let Self { headers: staged, cookies } = self;
        let headers = response.headers_mut();
        for name in staged.keys().filter(|name| **name != header::SET_COOKIE) {
            headers.remove(name);
        }
        for (name, value) in staged {
            headers.append(name, value);
        }
        for cookie in cookies {
            match HeaderValue::try_from(cookie.encoded().to_string()) {
                Ok(value) => headers.append(header::SET_COOKIE, value),
                Err(_) => tracing::error!("the cookie `{}` has a path or domain that cannot be sent", cookie.name()),
            }
        }
    }
}

fn is_same(a: &Cookie<'_>, b: &Cookie<'_>) -> bool {
    let domain =
        |cookie: &Cookie<'_>| cookie.domain().map(|domain| domain.trim_start_matches('.').to_ascii_lowercase());
    a.name() == b.name() && a.path() == b.path() && domain(a) == domain(b)
}
