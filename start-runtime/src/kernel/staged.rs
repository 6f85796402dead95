//! Headers and cookies that are kept until there is a response.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use cookie::Cookie;
use futures_core::future::LocalBoxFuture;

use crate::response::{Problem, Refused, field, set_cookie};

/// A cookie, and how it is sent.
struct StagedCookie {
    cookie: Cookie<'static>,
    is_partitioned: bool,
    value: HeaderValue,
}

/// What finishing has left for the answer.
#[derive(Default)]
pub struct Finished(Vec<Cookie<'static>>);

#[allow(dead_code, reason = "capabilities finish answers")]
impl From<Vec<Cookie<'static>>> for Finished {
    fn from(cookies: Vec<Cookie<'static>>) -> Self {
        Self(cookies)
    }
}

/// Work that has to be done before an answer goes out, such as keeping a session.
type Finish = Box<dyn FnOnce() -> LocalBoxFuture<'static, Result<Finished, Problem>>>;

/// All that work, begun.
pub type Finishing = LocalBoxFuture<'static, Result<Vec<Finished>, Problem>>;

/// The headers and cookies that were staged so far.
#[derive(Default)]
pub struct Staged {
    headers: HeaderMap,
    cookies: Vec<StagedCookie>,
    /// Why one of them cannot be sent.
    refused: Option<Refused>,
    finish: Vec<Finish>,
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

    /// Adds work that is done once the handler has returned, whatever it returned, and before the answer goes out. If it
    /// fails, its problem is the answer. It is not done after a panic, and never by an event of a test.
    #[allow(dead_code, reason = "capabilities finish answers")]
    pub fn finish_with(
        &mut self,
        finish: impl FnOnce() -> LocalBoxFuture<'static, Result<Finished, Problem>> + 'static,
    ) {
        self.finish.push(Box::new(finish));
    }

    /// Begins the work that is left, if there is any.
    pub fn finish(&mut self) -> Option<Finishing> {
        if self.finish.is_empty() {
            return None;
        }
        let all = std::mem::take(&mut self.finish);
        Some(Box::pin(async move {
            let mut finished = Vec::new();
            for finish in all {
                finished.push(finish().await?);
            }
            Ok(finished)
        }))
    }

    /// Sets the cookies that finishing has left.
    pub fn set_finished(&mut self, finished: Finished) {
        for cookie in finished.0 {
            self.set_cookie(cookie, false);
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
