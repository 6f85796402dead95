//! The store that needs none: the session is in its cookie, sealed.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cookie::Key;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::future::ready;

use super::record::{from_millis, millis};
use super::{SessionRecord, SessionStore, StoreError, StoreFuture};
use crate::event::{Secrets, open, seal};

/// Keeps the keys of sessions apart from those that seal other cookies.
const PURPOSE: &[u8] = b"start: sessions, 1\0";

/// Seals sessions under the name of their cookie.
pub struct Sealed {
    /// The newest first.
    keys: Vec<Key>,
    cookie: String,
}

/// What is sealed. Short names, because a cookie is short.
#[derive(Serialize, Deserialize)]
struct Content {
    i: String,
    /// When the session began, in milliseconds since 1970.
    c: u64,
    /// When it was last used.
    s: u64,
    d: Value,
    /// Whose session it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    o: Option<String>,
}

impl Sealed {
    pub fn new(secrets: &Secrets, cookie: String) -> Self {
        Self { keys: secrets.keys_for(PURPOSE), cookie }
    }

    fn open(&self, value: &str) -> Option<SessionRecord> {
        // The `cookie` crate writes base64 with signs that have to be escaped in a cookie.
        let value = STANDARD.encode(URL_SAFE_NO_PAD.decode(value).ok()?);
        let text = self.keys.iter().find_map(|key| open(&self.cookie, &value, key))?;
        let Content { i, c, s, d, o } = serde_json::from_str(&text).ok()?;
        Some(SessionRecord { owner: o, ..SessionRecord::new(i, from_millis(c)?, from_millis(s)?, d) })
    }

    fn seal(&self, session: &SessionRecord) -> Result<String, StoreError> {
        let content = Content {
            i: session.id.clone(),
            c: millis(session.created_at),
            s: millis(session.seen_at),
            d: session.data.clone(),
            o: session.owner.clone(),
        };
        let text = serde_json::to_string(&content).map_err(StoreError::new)?;
        let key = self.keys.first().ok_or_else(|| StoreError::new("there is no secret"))?;
        let value = STANDARD.decode(seal(&self.cookie, &text, key)).map_err(StoreError::new)?;
        Ok(URL_SAFE_NO_PAD.encode(value))
    }
}

impl SessionStore for Sealed {
    fn load<'a>(&'a self, value: &'a str) -> StoreFuture<'a, Option<SessionRecord>> {
        Box::pin(ready(Ok(self.open(value))))
    }

    fn save<'a>(&'a self, session: &'a SessionRecord, _: Duration) -> StoreFuture<'a, String> {
        Box::pin(ready(self.seal(session)))
    }

    /// The client forgets the cookie: nothing else is there.
    fn remove<'a>(&'a self, _: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(ready(Ok(())))
    }

    fn remove_all<'a>(&'a self, _: &'a str, _: Option<&'a str>) -> StoreFuture<'a, u64> {
        Box::pin(ready(Err(StoreError::unsupported(
            "sessions that are sealed in their cookies cannot be ended for an owner: keep them in a store \
             (`SessionConfig::redis`)",
        ))))
    }

    fn place(&self) -> String {
        "sealed in their cookie".to_owned()
    }
}
