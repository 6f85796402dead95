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

/// Headers and cookies.
#[derive(Default)]
struct Layer {
    headers: HeaderMap,
    cookies: Vec<StagedCookie>,
}

/// The headers and cookies that were staged so far.
#[derive(Default)]
pub struct Staged {
    /// Those that no response has yet.
    new: Layer,
    /// Those that were staged further out or further in, in this order. Only with middleware.
    settled: Vec<Layer>,
    /// Why one of them cannot be sent.
    refused: Option<Refused>,
    finish: Vec<Finish>,
}

impl Staged {
    /// Sets a header.
    pub fn set_header(&mut self, name: &str, value: &str) {
        match field(name, value) {
            Ok((name, value)) => drop(self.new.headers.insert(name, value)),
            Err(refused) => self.refuse(refused),
        }
    }

    /// Adds a header to those of its name that were staged before.
    pub fn append_header(&mut self, name: &str, value: &str) {
        match field(name, value) {
            Ok((name, value)) => {
                // Staged headers replace those of the response: the new ones have to be all of them.
                if name != header::SET_COOKIE && !self.new.headers.contains_key(&name) {
                    let earlier: Vec<HeaderValue> = self.values(&name).cloned().collect();
                    earlier.into_iter().for_each(|value| self.new.headers.append(name.clone(), value));
                }
                self.new.headers.append(name, value);
            }
            Err(refused) => self.refuse(refused),
        }
    }

    /// The first value of a header as it is now.
    pub fn header(&self, name: &HeaderName) -> Option<&HeaderValue> {
        self.values(name).next()
    }

    fn values(&self, name: &HeaderName) -> impl Iterator<Item = &HeaderValue> {
        let mut layers = [&self.new].into_iter().chain(self.settled.iter().rev());
        let layer = layers.find(|layer| layer.headers.contains_key(name));
        layer.into_iter().flat_map(move |layer| layer.headers.get_all(name))
    }

    /// Sets a cookie, replacing any staged cookie of the same name, domain and path. A cookie without a path gets `/`.
    pub fn set_cookie(&mut self, mut cookie: Cookie<'static>, is_partitioned: bool) {
        if cookie.path().is_none() {
            cookie.set_path("/");
        }
        match set_cookie(&cookie, is_partitioned) {
            Ok(value) => {
                let staged = StagedCookie { cookie, is_partitioned, value };
                self.new.cookies.retain(|other| !other.is_same(&staged));
                self.new.cookies.push(staged);
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

    /// Moves what is new into the response.
    pub fn apply(self, response: &mut HttpResponse) {
        self.new.write(response);
    }
}

/// With middleware, each level stages something: on the way in, and on the way out.
impl Staged {
    /// A level begins. Returns how much was staged before it.
    pub fn begin_level(&mut self) -> usize {
        self.keep_new();
        self.settled.len()
    }

    /// A level has failed: what was staged since it began is forgotten.
    pub fn forget_since(&mut self, begin: usize) {
        self.settled.truncate(begin);
        self.new = Layer::default();
        self.refused = None;
        self.finish.clear();
    }

    /// Writes into the response of a level what it does not have yet: all of it, if the level has made a response of its
    /// own.
    pub fn settle(&mut self, response: &mut HttpResponse) {
        if !response.extensions().contains::<Settled>() {
            self.settled.iter().for_each(|layer| layer.write(response));
        }
        let replaced = |cookie: &StagedCookie| self.new.cookies.iter().any(|new| new.is_same(cookie));
        for layer in &mut self.settled {
            for cookie in layer.cookies.extract_if(.., |cookie| replaced(cookie)) {
                remove_cookie(response, &cookie.value);
            }
        }
        self.new.write(response);
        self.keep_new();
        response.extensions_mut().insert(Settled);
    }

    /// Takes the reason why something cannot be sent.
    pub fn take_refused(&mut self) -> Option<Refused> {
        self.refused.take()
    }

    fn keep_new(&mut self) {
        if !self.new.headers.is_empty() || !self.new.cookies.is_empty() {
            self.settled.push(std::mem::take(&mut self.new));
        }
    }
}

/// In the extensions of a response that has all that was staged up to now.
struct Settled;

impl Layer {
    fn write(&self, response: &mut HttpResponse) {
        for cookie in &self.cookies {
            remove_cookie(response, &cookie.value);
        }
        let headers = response.headers_mut();
        for name in self.headers.keys().filter(|name| **name != header::SET_COOKIE) {
            headers.remove(name);
        }
        for (name, value) in &self.headers {
            headers.append(name.clone(), value.clone());
        }
        for StagedCookie { value, .. } in &self.cookies {
            headers.append(header::SET_COOKIE, value.clone());
        }
    }
}

/// Removes one Set-Cookie.
fn remove_cookie(response: &mut HttpResponse, value: &HeaderValue) {
    let headers = response.headers_mut();
    if !headers.get_all(header::SET_COOKIE).any(|other| other == value) {
        return;
    }
    let others: Vec<HeaderValue> =
        headers.get_all(header::SET_COOKIE).filter(|other| *other != value).cloned().collect();
    headers.remove(header::SET_COOKIE);
    others.into_iter().for_each(|other| headers.append(header::SET_COOKIE, other));
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
