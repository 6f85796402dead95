//! Headers and cookies that are kept until there is a response.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use cookie::Cookie;

/// The headers and cookies that were staged so far.
#[derive(Default)]
pub struct Staged {
    pub headers: HeaderMap,
    cookies: Vec<Cookie<'static>>,
}

impl Staged {
    /// Sets a cookie, replacing any staged cookie of the same name, domain and path. A cookie without a path gets `/`.
    pub fn set_cookie(&mut self, mut cookie: Cookie<'static>) {
        if cookie.path().is_none() {
            cookie.set_path("/");
        }
        self.cookies.retain(|other| !is_same(other, &cookie));
        self.cookies.push(cookie);
    }

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
