//! The store that needs none: the session is in its cookie, sealed.

use std::future::ready;
use std::time::Duration;

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{AeadInPlace as _, KeyInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::record::{from_millis, millis, random};
use super::{SessionRecord, SessionStore, StoreError, StoreFuture};
use crate::event::Secrets;

/// Keeps the keys of sessions apart from those that seal other cookies.
const PURPOSE: &[u8] = b"start: sessions, 1\0";

/// How many bytes stand before and behind what is sealed (NIST SP 800-38D). A nonce is random: a key may seal four thousand
/// million times.
const NONCE: usize = 12;
const TAG: usize = 16;

/// Seals sessions under the name of their cookie, as the private cookies of the `cookie` crate are sealed. Its jar would
/// schedule the key anew each time, and write base64 that a cookie has to escape.
pub struct Sealed {
    /// The newest first.
    keys: Vec<Aes256Gcm>,
    cookie: String,
}

/// What is sealed. Short names, because a cookie is short.
#[derive(Serialize, Deserialize)]
struct Content<I, D, O> {
    i: I,
    /// When the session began, in milliseconds since 1970.
    c: u64,
    /// When it was last used.
    s: u64,
    d: D,
    /// Whose session it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    o: Option<O>,
}

impl Sealed {
    pub fn new(secrets: &Secrets, cookie: String) -> Self {
        let keys = secrets.keys_for(PURPOSE);
        Self { keys: keys.iter().filter_map(|key| Aes256Gcm::new_from_slice(key.encryption()).ok()).collect(), cookie }
    }

    fn open(&self, value: &str) -> Option<SessionRecord> {
        let mut bytes = URL_SAFE_NO_PAD.decode(value).ok()?;
        let (nonce, rest) = bytes.split_first_chunk_mut::<NONCE>()?;
        let (text, tag) = rest.split_last_chunk_mut::<TAG>()?;
        let (nonce, tag) = ((*nonce).into(), (*tag).into());
        // What does not open stays as it is: the tag is checked first.
        let opens = |key: &Aes256Gcm| key.decrypt_in_place_detached(&nonce, self.cookie.as_bytes(), text, &tag).is_ok();
        self.keys.iter().any(opens).then_some(())?;
        let Content { i, c, s, d, o } = serde_json::from_slice::<Content<String, Value, String>>(text).ok()?;
        Some(SessionRecord { owner: o, ..SessionRecord::new(i, from_millis(c)?, from_millis(s)?, d) })
    }

    fn seal(&self, session: &SessionRecord) -> Result<String, StoreError> {
        let content = Content {
            i: &session.id,
            c: millis(session.created_at),
            s: millis(session.seen_at),
            d: &session.data,
            o: session.owner.as_deref(),
        };
        let key = self.keys.first().ok_or_else(|| StoreError::new("there is no secret"))?;
        let nonce = random::<NONCE>();
        let mut bytes = Vec::with_capacity(256);
        bytes.extend_from_slice(&nonce);
        serde_json::to_writer(&mut bytes, &content).map_err(StoreError::new)?;
        let tag = key
            .encrypt_in_place_detached(&nonce.into(), self.cookie.as_bytes(), &mut bytes[NONCE..])
            .map_err(|_| StoreError::new("the session is too long to be sealed"))?;
        bytes.extend_from_slice(&tag);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
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
