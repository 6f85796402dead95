//! Cookies of the request and for the response (RFC 6265).

use cookie::{Cookie, time};

use super::APIEvent;
use crate::http::cookies::pairs;
use crate::response::needs_secure;

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

    /// Sets a cookie in the response: a pair of name and value, or a `cookie::Cookie` with its attributes. The path is
    /// `/` unless set. A cookie that cannot be sent, or that browsers would ignore because of its name, makes the answer
    /// a 500: [`Response::cookie`](crate::Response::cookie) lists these.
    pub fn set(&self, cookie: impl IntoCookie) {
        self.0.response.set_cookie(cookie);
    }

    /// Asks the client to delete a cookie: one with this name and the path `/`, or the `cookie::Cookie` with its path and
    /// domain. A client deletes only the cookie whose path and domain are those that it was set with (RFC 6265, section
    /// 5.3). The value does not matter.
    ///
    /// ```
    /// use start_runtime::{cookie::Cookie, test};
    ///
    /// let event = test::event("/").build();
    /// event.cookies().delete("userId");
    /// event.cookies().delete(Cookie::build("state", "").path("/auth").domain("owls.example").finish());
    /// ```
    pub fn delete(&self, cookie: impl IntoDeletedCookie) {
        let mut cookie = cookie.into_deleted_cookie();
        cookie.set_value("");
        cookie.set_max_age(time::Duration::ZERO);
        cookie.set_expires(time::OffsetDateTime::UNIX_EPOCH);
        if needs_secure(cookie.name()) {
            cookie.set_secure(true);
        }
        self.0.response.set_cookie(cookie);
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
pub fn delete_cookie(event: &APIEvent, cookie: impl IntoDeletedCookie) {
    event.cookies().delete(cookie);
}

/// What names a cookie that is to be deleted: its name, or a cookie with its path and domain.
pub trait IntoDeletedCookie {
    /// Converts the value into a cookie. Only its name, path, domain and flags count.
    fn into_deleted_cookie(self) -> Cookie<'static>;
}

impl IntoDeletedCookie for Cookie<'static> {
    fn into_deleted_cookie(self) -> Cookie<'static> {
        self
    }
}

impl IntoDeletedCookie for &str {
    fn into_deleted_cookie(self) -> Cookie<'static> {
        Cookie::new(self.to_owned(), "")
    }
}

impl IntoDeletedCookie for &String {
    fn into_deleted_cookie(self) -> Cookie<'static> {
        self.as_str().into_deleted_cookie()
    }
}

impl IntoDeletedCookie for String {
    fn into_deleted_cookie(self) -> Cookie<'static> {
        Cookie::new(self, "")
    }
}

/// A value that can be set as a cookie.
pub trait IntoCookie {
    /// Converts the value into a cookie.
    fn into_cookie(self) -> Cookie<'static>;
}

impl IntoCookie for Cookie<'static> {
    fn into_cookie(self) -> Cookie<'static> {
        self
    }
}

impl<N: Into<String>, V: Into<String>> IntoCookie for (N, V) {
    fn into_cookie(self) -> Cookie<'static> {
        Cookie::new(self.0.into(), self.1.into())
    }
}
