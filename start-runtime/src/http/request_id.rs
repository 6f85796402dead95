//! The name of a request in the logs. Created only when something asks for it.

use std::cell::{Cell, OnceCell};
use std::hash::{BuildHasher as _, RandomState};
use std::rc::Rc;

use actix_web::HttpMessage;
use actix_web::http::header::HeaderMap;

use super::Lineage;

/// The id of a request, and of the requests that are fetched for it.
#[derive(Clone, Default)]
pub struct RequestId(Rc<OnceCell<String>>);

impl RequestId {
    /// The id of a request, which keeps it: a fetched request has the id of the request that it is made for.
    pub fn of(request: &impl HttpMessage) -> Self {
        Lineage::of(request).id
    }

    /// The id that a client sent; without one, an id that is generated when its text is asked for.
    pub fn sent_with(headers: &HeaderMap) -> Self {
        let id = Self::default();
        if let Some(sent) = sent(headers) {
            id.0.get_or_init(|| sent.to_owned());
        }
        id
    }

    /// The text: the client's id, else one that is generated on first use.
    pub fn text(&self) -> &str {
        self.0.get_or_init(|| format!("{:016x}", random()))
    }
}

/// The client's `X-Request-Id`, if it is short and consists of plain characters.
fn sent(headers: &HeaderMap) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:+/=".contains(&byte);
    let id = headers.get("x-request-id")?.to_str().ok()?;
    ((1..=128).contains(&id.len()) && id.bytes().all(plain)).then_some(id)
}

/// A number that is unique, but not secret: a counter, hashed with random keys per thread.
fn random() -> u64 {
    thread_local! {
        static KEYS: RandomState = RandomState::new();
        static COUNT: Cell<u64> = const { Cell::new(0) };
    }
    COUNT.set(COUNT.get().wrapping_add(1));
    KEYS.with(|keys| keys.hash_one(COUNT.get()))
}
