//! The name of a request in the logs. Made only when something asks for it.

use std::cell::Cell;
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::rc::Rc;

use actix_web::http::header::HeaderMap;
use actix_web::{HttpMessage as _, HttpRequest};

/// The id of a request.
#[derive(Clone, Debug)]
pub struct RequestId(Rc<str>);

impl RequestId {
    /// The id of a request that reached the app.
    pub fn of(http: &HttpRequest) -> Self {
        let known = http.extensions().get::<Self>().cloned();
        known.unwrap_or_else(|| {
            let id = Self::new(http.headers());
            http.extensions_mut().insert(id.clone());
            id
        })
    }

    /// The client's `X-Request-Id` if it is short and plain, else a random one.
    pub fn new(headers: &HeaderMap) -> Self {
        let sent = headers.get("x-request-id").and_then(|value| value.to_str().ok());
        let plain = |id: &&str| {
            (1..=128).contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:+/=".contains(&byte))
        };
        match sent.filter(plain) {
            Some(id) => Self(id.into()),
            None => Self(format!("{:016x}", random()).into()),
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Unique, not secret: a counter, keyed at random once a thread.
fn random() -> u64 {
    thread_local! {
        static KEYS: RandomState = RandomState::new();
        static COUNT: Cell<u64> = const { Cell::new(0) };
    }
    COUNT.set(COUNT.get().wrapping_add(1));
    KEYS.with(|keys| keys.hash_one(COUNT.get()))
}
