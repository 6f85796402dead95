//! Headers and cookies that are kept until there is a response.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use cookie::Cookie;

use crate::response::{Refused, field, set_cookie};

/// A cookie, and how it is sent.
struct StagedCookie {
    cookie: Cookie<'static>,
    is_partitioned: bool,
    value: HeaderValue,
}

/// The headers and cookies that were staged so far.
#[derive(Default)]
pub struct Staged {
    headers: HeaderMap,
    cookies: Vec<StagedCookie>,
    /// Why one of them cannot be sent.
    refused: Option<Refused>,
}

impl Staged {
    /// Edits the headers.
    pub fn edit(&mut self, name: &str, value: &str, edit: fn(&mut HeaderMap, HeaderName, HeaderValue)) {
        match field(name, value) {
            Ok((name, value)) => edit(&mut self.headers, name, value),
            Err(refused) => self.refuse(refused),
        }
    }

    /// The headers as they are now.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Sets a cookie, replacing any staged cookie of the same name, domain and path. A cookie without a path gets `/`.
    pub fn set_cookie(&mut self, mut cookie: Cookie<'static>, is_partitioned: bool) {
        if cookie.path().is_none() {
            cookie.set_path("/");
        }
        match set_cookie(cookie.clone(), is_partitioned) {
            Ok(value) => {
                let staged = StagedCookie { cookie, is_partitioned, value };
                self.cookies.retain(|other| !other.is_same(&staged));
                self.cookies.push(staged);
            }
            Err(refused) => self.refuse(refused),
        }
    }

    fn refuse(&mut self, refused: Refused) {
        self.refused.get_or_insert(refused);
    }

    /// Why something that was staged cannot be sent.
    pub fn refused(&self) -> Option<&Refused> {
        self.refused.as_ref()
    }

    /// Moves everything into the response.
    pub fn apply(self, response: &mut HttpResponse) {
        let Self { headers: staged, cookies, .. } = self;
        let headers = response.headers_mut();
        for name in staged.keys().filter(|name| **name != header::SET_COOKIE) {
            headers.remove(name);
        }
        for (name, value) in staged {
            headers.append(name, value);
        }
        for StagedCookie { value, .. } in cookies {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

impl StagedCookie {
    /// Whether a browser takes both for the same cookie.
    fn is_same(&self, other: &Self) -> bool {
        let (a, b) = (&self.cookie, &other.cookie);
        let domain =
            |cookie: &Cookie<'_>| cookie.domain().map(|domain| domain.trim_start_matches('.').to_ascii_lowercase());
        let is_partition = self.is_partitioned == other.is_partitioned;
        is_partition && a.name() == b.name() && a.path() == b.path() && domain(a) == domain(b)
    }
}
