//! Sessions that h3, SolidStart and TanStack Start have sealed: Iron, format `Fe26.2`, around
//! `{ "id", "createdAt", "data" }` of h3.
//!
//! Deriving the keys takes time, and a client decides how often: it is done on other threads, by few at once.

mod codec;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::{Duration, SystemTime};

use actix_web::rt::task::spawn_blocking;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Semaphore;

use super::record::{age, from_millis, millis, random_id};
use super::{SessionConfig, SessionRecord, StoreError};
use crate::base::StartError;
use codec::{Opened, PREFIX};

/// How many characters a password has at least: h3 and Iron refuse shorter ones.
const SHORTEST: usize = 32;

/// How many bytes a seal may have. h3 cuts a long one into several cookies.
const LONGEST: usize = 16 * 1024;

/// How often the key is derived: by Iron and h3 1, and by later versions of h3 2.
const ITERATIONS: [u32; 2] = [1, 8192];

/// A password that seals sessions as h3 does (Iron `Fe26.2`: PBKDF2 with SHA-1, AES-256-CBC, HMAC with SHA-256).
#[derive(Clone)]
pub struct Iron {
    password: Arc<str>,
    iterations: Vec<u32>,
}

impl Iron {
    /// The password that the other program has: `password` of h3's `useSession`, at least 32 characters.
    pub fn new(password: impl Into<String>) -> Self {
        Self { password: password.into().into(), iterations: ITERATIONS.to_vec() }
    }

    /// Sets how often the key is derived (PBKDF2). Unless set, seals with 1 and with 8192 iterations are opened: those of
    /// h3 1, and of later versions of h3 2. New ones are sealed with the number that is set, else with 1.
    pub fn iterations(mut self, iterations: u32) -> Self {
        self.iterations = vec![iterations.max(1)];
        self
    }
}

impl<P: Into<String>> From<P> for Iron {
    fn from(password: P) -> Self {
        Self::new(password)
    }
}

/// Sessions of other programs.
impl SessionConfig {
    /// Opens sessions that h3, SolidStart or TanStack Start have sealed with this password, and seals them anew with the
    /// first answer: who moves logs nobody out. Name the cookie as it was named there ([`SessionConfig::cookie`]; h3 calls
    /// it `h3` unless told, TanStack Start `start`). Call it again for an older password.
    ///
    /// Each cookie in that format costs a derivation of keys, on another thread. Remove the call when the last of the old
    /// sessions is over.
    ///
    /// ```no_run
    /// use start_runtime::{SessionConfig, prelude::*};
    ///
    /// #[start_runtime::main]
    /// async fn main() -> std::io::Result<()> {
    ///     let old = std::env::var("SESSION_SECRET").unwrap_or_default();
    ///     Start::new().session(SessionConfig::from_env()?.cookie("h3").open_iron(old)).serve().await
    /// }
    /// ```
    pub fn open_iron(mut self, password: impl Into<Iron>) -> Self {
        self.iron.all.push(password.into());
        self
    }

    /// Goes on sealing as h3 does, with the first password of [`SessionConfig::open_iron`]: both programs share their
    /// sessions while they run side by side. The secrets seal nothing then, and still open.
    pub fn keep_iron(mut self) -> Self {
        self.iron.is_written = true;
        self
    }
}

/// The passwords of a program.
#[derive(Clone)]
pub struct IronPasswords {
    all: Vec<Iron>,
    is_written: bool,
    /// One for each piece of work that may run at the same time.
    permits: Arc<Semaphore>,
}

impl Default for IronPasswords {
    fn default() -> Self {
        let permits = available_parallelism().map_or(1, NonZeroUsize::get);
        Self { all: Vec::new(), is_written: false, permits: Arc::new(Semaphore::new(permits)) }
    }
}

/// The session of h3.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    #[serde(default)]
    id: String,
    /// In milliseconds since 1970. JavaScript has floats only.
    #[serde(default)]
    created_at: f64,
    #[serde(default, skip_deserializing)]
    last_seen_at: u64,
    #[serde(default)]
    data: Value,
}

impl IronPasswords {
    pub fn check(&self) -> Result<(), StartError> {
        if self.all.is_empty() && self.is_written {
            return Err(StartError::new("`SessionConfig::keep_iron`: give it a password, by `open_iron(password)`"));
        }
        match self.all.iter().map(|iron| iron.password.chars().count()).find(|length| *length < SHORTEST) {
            Some(length) => Err(StartError::new(format!(
                "`SessionConfig::open_iron`: the password has {length} characters, and h3 seals with {SHORTEST} or more: \
                 take the one of the other program"
            ))),
            None => Ok(()),
        }
    }

    /// Whether there are passwords.
    pub fn is_read(&self) -> bool {
        !self.all.is_empty()
    }

    /// Whether sessions are sealed so.
    pub fn is_written(&self) -> bool {
        self.is_written
    }

    /// What the program says of it at start-up.
    pub fn place(&self) -> &'static str {
        match (self.is_read(), self.is_written) {
            (_, true) => ", as h3 seals them",
            (true, false) => "; those that h3 has sealed are opened",
            (false, false) => "",
        }
    }

    /// Opens a seal that is not over. `None` for everything else.
    pub async fn open(&self, value: &str, max_age: Duration, idle_timeout: Duration) -> Option<SessionRecord> {
        let is_one = value.len() <= LONGEST && value.starts_with(PREFIX);
        if !is_one || codec::is_over(value, millis(SystemTime::now())) {
            return None;
        }
        let (value, all) = (value.to_owned(), self.all.clone());
        let open = move || all.iter().find_map(|iron| codec::open(&value, &iron.password, &iron.iterations));
        record(self.elsewhere(open).await.ok()??, max_age, idle_timeout)
    }

    /// Seals a session for so long.
    pub async fn seal(&self, session: &SessionRecord, lasts: Duration) -> Result<String, StoreError> {
        let iron = self.all.first().cloned().ok_or_else(|| StoreError::new("there is no password"))?;
        let now = SystemTime::now();
        let content = Content {
            id: session.id.clone(),
            // Exact for the next 280,000 years.
            created_at: millis(session.created_at) as f64,
            last_seen_at: millis(now),
            data: if session.data.is_null() { Value::Object(serde_json::Map::new()) } else { session.data.clone() },
        };
        let text = serde_json::to_string(&content).map_err(StoreError::new)?;
        let until = now.checked_add(lasts).map_or(u64::MAX, millis);
        let iterations = iron.iterations.first().copied().unwrap_or(1);
        self.elsewhere(move || codec::seal(&text, &iron.password, iterations, until)).await
    }

    /// Does some work on another thread.
    async fn elsewhere<R: Send + 'static>(&self, work: impl FnOnce() -> R + Send + 'static) -> Result<R, StoreError> {
        let permit = self.permits.clone().acquire_owned().await.map_err(StoreError::new)?;
        let work = move || {
            let _permit = permit;
            work()
        };
        spawn_blocking(work).await.map_err(StoreError::new)
    }
}

/// The session in a seal. It does not say when it was used: that is so long before the seal's own end as a session lasts
/// without use, unless the seal ends with the session.
fn record(Opened { text, until }: Opened, max_age: Duration, idle_timeout: Duration) -> Option<SessionRecord> {
    let Content { id, created_at, data, .. } = serde_json::from_str(&text).ok()?;
    if !created_at.is_finite() || created_at < 0.0 {
        return None;
    }
    let now = SystemTime::now();
    let created_at = from_millis(created_at as u64)?;
    // Milliseconds are cut off.
    let last = created_at.checked_add(max_age).and_then(|last| last.checked_sub(Duration::from_secs(1)));
    let until = until.and_then(from_millis).filter(|until| last.is_none_or(|last| *until < last));
    let used = until.and_then(|until| until.checked_sub(idle_timeout)).filter(|used| *used >= created_at);
    let seen_at = used.filter(|used| age(*used, now) < idle_timeout).unwrap_or(now).min(now);
    let id = if id.is_empty() { random_id() } else { id };
    Some(SessionRecord::new(id, created_at, seen_at, data))
}
