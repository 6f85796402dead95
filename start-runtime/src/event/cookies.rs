//! Cookies of the request and for the response (RFC 6265).

use cookie::{Cookie, CookieBuilder, time};

use super::APIEvent;
use super::sealed_cookies::{SealedCookies, Sealing};
use super::secrets::Secrets;
use crate::http::cookies::pairs;
use crate::response::{
    IntoCookie, Partitioned, Problem, needs_http_only, needs_secure, set_cookie as set_cookie_header,
};

/// The cookies of a request, and methods that set cookies in the response.
///
/// ```
/// use start_runtime::test;
///
/// let event = test::event("/").header("Cookie", "userId=minerva; theme=dark").build();
/// assert_eq!(event.cookies().get("userId").as_deref(), Some("minerva"));
/// event.cookies().set(("theme", "light"));
/// event.cookies().delete("userId");
/// ```
pub struct Cookies<'a>(&'a APIEvent);

impl<'a> Cookies<'a> {
    pub(crate) fn new(event: &'a APIEvent) -> Self {
        Self(event)
    }

    /// Returns the value of a cookie that the client sent, percent-decoded. A value that does not decode to text is
    /// returned as it was sent.
    pub fn get(&self, name: &str) -> Option<String> {
        pairs(self.0.request.headers()).find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
    }

    /// Iterates over all cookies that the client sent, in the order of the header. Parts of the header that are not
    /// cookies are skipped.
    pub fn iter(&self) -> impl Iterator<Item = (String, String)> {
        pairs(self.0.request.headers()).map(|cookie| (cookie.name().to_owned(), cookie.value().to_owned()))
    }

    /// Sets a cookie in the response: a pair of name and value, a `cookie::Cookie` with its attributes, or one of them as
    /// [`Partitioned`]. The path is `/` unless set. A cookie that cannot be sent, or that browsers would ignore, makes
    /// the answer a 500: [`Response::cookie`](crate::Response::cookie) lists these.
    pub fn set(&self, cookie: impl IntoCookie) {
        self.0.response.set_cookie(cookie);
    }

    /// Does the same for a cookie whose name or attributes a client has sent.
    ///
    /// ```
    /// use start_runtime::test;
    ///
    /// let event = test::event("/").build();
    /// assert_eq!(event.cookies().try_set(("a b", "1")).unwrap_err().status(), 422);
    /// ```
    ///
    /// # Errors
    /// Returns a 422 with the reason if the cookie cannot be sent, browsers would ignore it, or its name is none (RFC 6265,
    /// section 4.1.1).
    pub fn try_set(&self, cookie: impl IntoCookie) -> Result<(), Problem> {
        let is_partitioned = cookie.is_partitioned();
        let cookie = cookie.into_cookie();
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if !cookie.name().bytes().all(is_token) {
            return Err(Problem::unprocessable("the name of a cookie has letters, digits and `!#$%&'*+-.^_`|~` only"));
        }
        set_cookie_header(&cookie, is_partitioned).map_err(|refused| Problem::unprocessable(refused.to_string()))?;
        match is_partitioned {
            true => self.set(Partitioned(cookie)),
            false => self.set(cookie),
        }
        Ok(())
    }

    /// Asks the client to delete a cookie. A name means the cookie with the path `/` and no domain. Browsers keep apart
    /// what differs in path, domain or `Partitioned`: delete any other cookie by a `cookie::Cookie` with the same ones.
    ///
    /// ```
    /// use start_runtime::{cookie::Cookie, test};
    ///
    /// let event = test::event("/").build();
    /// event.cookies().delete("theme");
    /// event.cookies().delete(Cookie::build("theme", "").path("/admin").domain("example.com"));
    /// ```
    pub fn delete(&self, cookie: impl DeletedCookie) {
        cookie.stage(self.0);
    }

    /// The cookies that are signed with these secrets (HMAC-SHA256 of name and value): clients can read them, and cannot
    /// change them.
    ///
    /// ```
    /// use start_runtime::{Secrets, prelude::*};
    ///
    /// #[api_route("/api/vote")]
    /// async fn POST(event: APIEvent, secrets: Data<Secrets>) -> Result<StatusCode, Problem> {
    ///     let signed = event.cookies().signed(&secrets);
    ///     if signed.get("voted").is_some() {
    ///         return Err(Problem::forbidden("you have voted"));
    ///     }
    ///     signed.set(("voted", "yes"));
    ///     Ok(StatusCode::CREATED)
    /// }
    /// # fn main() {}
    /// ```
    pub fn signed<'s>(&self, secrets: &'s Secrets) -> SealedCookies<'a, 's> {
        SealedCookies::new(self.0, secrets, Sealing::Signed)
    }

    /// The cookies that are encrypted with these secrets (AES-256-GCM, bound to the name): clients can neither read nor
    /// change them.
    pub fn private<'s>(&self, secrets: &'s Secrets) -> SealedCookies<'a, 's> {
        SealedCookies::new(self.0, secrets, Sealing::Private)
    }
}

/// Returns the value of a cookie that the client sent: `getCookie` of the originals.
pub fn get_cookie(event: &APIEvent, name: &str) -> Option<String> {
    event.cookies().get(name)
}

/// Returns all cookies that the client sent: `parseCookies` of the originals.
pub fn parse_cookies(event: &APIEvent) -> Vec<(String, String)> {
    event.cookies().iter().collect()
}

/// Sets a cookie in the response: `setCookie` of the originals.
pub fn set_cookie(event: &APIEvent, cookie: impl IntoCookie) {
    event.cookies().set(cookie);
}

/// Asks the client to delete a cookie: `deleteCookie` of the originals.
pub fn delete_cookie(event: &APIEvent, cookie: impl DeletedCookie) {
    event.cookies().delete(cookie);
}

/// A cookie to delete: its name, or a cookie with its path and domain.
pub trait DeletedCookie: private::Named {}

impl<C: private::Named> DeletedCookie for C {}

mod private {
    use super::{APIEvent, Cookie, CookieBuilder, IntoCookie, Partitioned, deleted};

    pub trait Named: Sized {
        fn stage(self, event: &APIEvent);
    }

    impl Named for &str {
        fn stage(self, event: &APIEvent) {
            self.to_owned().stage(event);
        }
    }

    impl Named for &String {
        fn stage(self, event: &APIEvent) {
            self.clone().stage(event);
        }
    }

    impl Named for String {
        fn stage(self, event: &APIEvent) {
            Cookie::new(self, "").stage(event);
        }
    }

    impl Named for CookieBuilder<'static> {
        fn stage(self, event: &APIEvent) {
            self.finish().stage(event);
        }
    }

    impl Named for Cookie<'static> {
        fn stage(self, event: &APIEvent) {
            event.response.set_cookie(deleted(self));
        }
    }

    impl<C: IntoCookie> Named for Partitioned<C> {
        fn stage(self, event: &APIEvent) {
            event.response.set_cookie(Partitioned(deleted(self.into_cookie())));
        }
    }
}

/// The cookie that deletes another one. It keeps the attributes without which browsers would ignore it.
fn deleted(mut cookie: Cookie<'static>) -> Cookie<'static> {
    cookie.set_value("");
    cookie.set_max_age(time::Duration::ZERO);
    cookie.set_expires(time::OffsetDateTime::UNIX_EPOCH);
    if needs_secure(cookie.name()) {
        cookie.set_secure(true);
    }
    if needs_http_only(cookie.name()) {
        cookie.set_http_only(true);
    }
    cookie
}
