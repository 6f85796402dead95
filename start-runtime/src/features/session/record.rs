//! A session as it is kept.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// How many bytes of randomness an id has: 256 bits.
const ID: usize = 32;

/// How many characters an id has, in base64url.
#[allow(dead_code, reason = "not all stores look at it")]
pub const ID_LENGTH: usize = (ID * 8).div_ceil(6);

/// A session as a [`SessionStore`](super::SessionStore) keeps it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SessionRecord {
    /// What names the session: 256 random bits in base64url. A store that sends it to the client keeps only its hash.
    pub id: String,
    /// When the session began.
    pub created_at: SystemTime,
    /// When it was last used, as far as that is written down.
    pub seen_at: SystemTime,
    /// The data, as JSON.
    pub data: Value,
    /// Whose session it is, if the program has said so: all sessions of one can be ended at once.
    pub owner: Option<String>,
}

impl SessionRecord {
    /// A record that was kept before, with no owner.
    pub fn new(id: impl Into<String>, created_at: SystemTime, seen_at: SystemTime, data: Value) -> Self {
        Self { id: id.into(), created_at, seen_at, data, owner: None }
    }

    /// A new session without data.
    pub(super) fn begin() -> Self {
        let now = SystemTime::now();
        Self::new(random_id(), now, now, Value::Null)
    }

    /// How long it still lasts; `None` if it is over.
    pub(super) fn lasts(&self, max_age: Duration, idle_timeout: Duration, now: SystemTime) -> Option<Duration> {
        let left = |since: SystemTime, limit: Duration| limit.checked_sub(age(since, now));
        let left = left(self.created_at, max_age)?.min(left(self.seen_at, idle_timeout)?);
        (!left.is_zero()).then_some(left)
    }
}

/// How long ago something was; no time for what is still to come, because clocks differ.
pub fn age(since: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(since).unwrap_or_default()
}

/// Milliseconds since 1970.
pub fn millis(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The time so many milliseconds after 1970. `None` if no clock shows it.
pub fn from_millis(millis: u64) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_millis(millis))
}

/// A new id.
pub fn random_id() -> String {
    URL_SAFE_NO_PAD.encode(random::<ID>())
}

/// Random bytes of the operating system.
#[allow(clippy::expect_used, reason = "a system without randomness cannot run this; no client causes it")]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::getrandom(&mut bytes).expect("the operating system has random bytes");
    bytes
}
