use std::rc::Rc;

use actix_web::http::header::HeaderName;

use crate::kernel::Exchange;
use crate::response::IntoCookie;

/// Headers and cookies for the response, whatever the handler returns: a value, an error, a redirect.
///
/// Headers replace those of the same name in the returned response; cookies are added to its cookies. The only response
/// without them is the 500 after a panic.
#[derive(Clone)]
pub struct StagedResponse(Rc<Exchange>);

impl StagedResponse {
    pub(crate) fn new(exchange: Rc<Exchange>) -> Self {
        Self(exchange)
    }

    /// Sets a header. Location and Content-Location are percent-encoded where they have to be. A header that cannot be
    /// sent (a line break in the value) makes the answer a 500 whose cause, in the log, names the header.
    pub fn set_header(&self, name: impl AsRef<str>, value: impl AsRef<str>) {
        self.0.staged.borrow_mut().get_or_insert_default().set_header(name.as_ref(), value.as_ref());
    }

    /// Adds a header and keeps those of the same name that were staged before.
    pub fn append_header(&self, name: impl AsRef<str>, value: impl AsRef<str>) {
        self.0.staged.borrow_mut().get_or_insert_default().append_header(name.as_ref(), value.as_ref());
    }

    /// Sets a cookie, replacing any staged cookie of the same name, domain and path. A cookie without a path gets `/`.
    /// One that cannot be sent makes the answer a 500, as with [`Response::cookie`](crate::Response::cookie).
    pub fn set_cookie(&self, cookie: impl IntoCookie) {
        let is_partitioned = cookie.is_partitioned();
        self.0.staged.borrow_mut().get_or_insert_default().set_cookie(cookie.into_cookie(), is_partitioned);
    }

    /// Returns the value of a staged header.
    pub fn header(&self, name: &str) -> Option<String> {
        let staged = self.0.staged.borrow();
        let value = staged.as_ref()?.header(&HeaderName::try_from(name).ok()?)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    }
}
