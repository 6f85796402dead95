//! The settings of sessions.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use cookie::{Cookie, SameSite, time};

use super::iron::IronPasswords;
#[cfg(feature = "redis")]
use super::redis::RedisSessions;
use super::sealed::Sealed;
use super::store::{SessionStore, StoreError};
use crate::base::StartError;
use crate::event::Secrets;
#[cfg(feature = "redis")]
use crate::redis::Redis;
use crate::response;

/// The environment variable with the secrets.
const VARIABLE: &str = "START_SESSION_SECRET";

/// How long a session lasts at most, unless set: 30 days.
const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How long a session lasts that nobody uses, unless set: 7 days.
const IDLE_TIMEOUT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Where sessions are kept, how long they last, and the attributes of their cookie.
///
/// Unless set, the cookie is `session`, with `HttpOnly`, `SameSite=Lax`, `Path=/` and no domain; `Secure` if the request
/// came by https, as the connection or a proxy of [`Start::trusted_proxies`](crate::Start::trusted_proxies) says. A session lasts 30 days at most, and 7
/// days without use.
///
/// ```no_run
/// use std::time::Duration;
/// use start_runtime::{SessionConfig, prelude::*};
///
/// #[start_runtime::main]
/// async fn main() -> std::io::Result<()> {
///     let session = SessionConfig::from_env()?.cookie("sid").idle_timeout(Duration::from_secs(60 * 60));
///     Start::new().session(session).serve().await
/// }
/// ```
#[derive(Clone)]
pub struct SessionConfig {
    pub(super) kept: Kept,
    pub(super) iron: IronPasswords,
    pub(super) cookie: String,
    pub(super) path: String,
    pub(super) domain: Option<String>,
    pub(super) same_site: SameSite,
    /// `None`: as the request came.
    pub(super) secure: Option<bool>,
    pub(super) max_age: Duration,
    pub(super) idle_timeout: Duration,
}

/// Where the data of sessions is.
#[derive(Clone)]
pub enum Kept {
    /// In the cookie, sealed by these secrets.
    Cookie(Secrets),
    Store(Arc<dyn SessionStore>),
    #[cfg(feature = "redis")]
    Redis(Redis),
}

impl SessionConfig {
    /// Sessions in a cookie that is sealed with the newest of these secrets (AES-256-GCM, bound to the cookie's name).
    /// Clients can neither read nor change it, and no server is needed. It holds about 2900 bytes of JSON: a longer one is
    /// a 500, because browsers would drop it.
    ///
    /// ```
    /// use start_runtime::{Secrets, SessionConfig};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let secrets = Secrets::new("the newest, which seals all sessions")?.or("an older one, which still opens them")?;
    /// # drop(
    /// SessionConfig::new(secrets)
    /// # );
    /// # Ok(()) }
    /// ```
    pub fn new(secrets: Secrets) -> Self {
        Self::kept(Kept::Cookie(secrets))
    }

    /// The same, with the secrets in the environment variable `START_SESSION_SECRET`: at least 32 bytes each, separated by
    /// white space, the newest first.
    ///
    /// # Errors
    /// Returns an error that says how to make a secret, if the variable is not set, or a secret is too short.
    pub fn from_env() -> io::Result<Self> {
        Secrets::from_env(VARIABLE).map(Self::new)
    }

    /// Sessions in a store of yours; the cookie only names them.
    pub fn with_store(store: impl SessionStore) -> Self {
        Self::kept(Kept::Store(Arc::new(store)))
    }

    #[cfg(feature = "redis")]
    pub(super) fn in_redis(redis: Redis) -> Self {
        Self::kept(Kept::Redis(redis))
    }

    fn kept(kept: Kept) -> Self {
        Self {
            kept,
            iron: IronPasswords::default(),
            cookie: "session".to_owned(),
            path: "/".to_owned(),
            domain: None,
            same_site: SameSite::Lax,
            secure: None,
            max_age: MAX_AGE,
            idle_timeout: IDLE_TIMEOUT,
        }
    }

    /// Sets the name of the cookie; `session` unless set. With `__Host-` or `__Secure-` before it, the cookie is `Secure`.
    pub fn cookie(mut self, name: impl Into<String>) -> Self {
        self.cookie = name.into();
        self
    }

    /// Sets the path of the cookie; `/` unless set.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Sets the domain of the cookie: all hosts below it share the session. Unless set, it is that of one host.
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// Sets `SameSite`; `Lax` unless set. `None` makes the cookie `Secure`.
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// Sets whether the cookie is `Secure`. Unless set, it is for requests that came by https.
    pub fn secure(mut self, secure: bool) -> Self {
        self.secure = Some(secure);
        self
    }

    /// Sets how long a session lasts at most, from its first request on; 30 days unless set.
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = max_age;
        self
    }

    /// Sets how long a session lasts without use; 7 days unless set. A request uses the session if its handler asks for
    /// it. This is written down once a tenth of the time has passed, not with each request.
    pub fn idle_timeout(mut self, idle_timeout: Duration) -> Self {
        self.idle_timeout = idle_timeout;
        self
    }

    /// Ends all sessions of an owner ([`Session::set_owner`](crate::Session::set_owner)), in all programs that share the
    /// store, and returns how many there were: for work outside of requests. In a handler, it is
    /// [`APIEvent::end_sessions_of`](crate::APIEvent::end_sessions_of).
    ///
    /// # Errors
    /// Returns an error if the store cannot be asked, or does not know owners: sessions in a sealed cookie cannot be ended.
    pub async fn end_sessions_of(&self, owner: &str) -> Result<u64, StoreError> {
        self.store().remove_all(owner, None).await
    }

    /// A cookie with all attributes, for a session that lasts this long. `is_https`: how the request came.
    pub(super) fn cookie_for(&self, value: String, lasts: Duration, is_https: bool) -> Cookie<'static> {
        let mut cookie = Cookie::build(self.cookie.clone(), value)
            .path(self.path.clone())
            .http_only(true)
            .same_site(self.same_site)
            .max_age(time::Duration::seconds(whole_seconds(lasts)))
            .finish();
        if let Some(domain) = &self.domain {
            cookie.set_domain(domain.clone());
        }
        let must_be = self.same_site == SameSite::None || response::needs_secure(&self.cookie);
        if self.secure.unwrap_or(must_be || is_https) {
            cookie.set_secure(true);
        } else if self.secure == Some(false) {
            cookie.set_secure(false);
        }
        cookie
    }

    /// Checks what a client would notice only later.
    pub(super) fn check(&self) -> Result<(), StartError> {
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if self.cookie.is_empty() || !self.cookie.bytes().all(is_token) {
            let text = format!("`SessionConfig::cookie({:?})`: write a name such as `session` (RFC 6265)", self.cookie);
            return Err(StartError::new(text));
        }
        if self.max_age < Duration::from_secs(1) || self.idle_timeout < Duration::from_secs(1) {
            let text = "`SessionConfig::max_age` and `idle_timeout`: a session lasts at least a second";
            return Err(StartError::new(text));
        }
        response::set_cookie(&self.cookie_for(String::new(), self.max_age, false), false)
            .map_err(|refused| StartError::new(format!("`SessionConfig`: {refused}")))?;
        self.iron.check()
    }

    /// The store of these sessions.
    pub(super) fn store(&self) -> Arc<dyn SessionStore> {
        match &self.kept {
            Kept::Cookie(secrets) => Arc::new(Sealed::new(secrets, self.cookie.clone())),
            Kept::Store(store) => store.clone(),
            #[cfg(feature = "redis")]
            Kept::Redis(redis) => Arc::new(RedisSessions::new(redis.clone(), self.cookie.clone())),
        }
    }

    /// Whether there is a store to ask.
    pub(super) fn has_store(&self) -> bool {
        !matches!(self.kept, Kept::Cookie(_))
    }

    /// Whether the cookie has the id as it is: it must be one that nobody can guess.
    pub(super) fn shows_ids(&self) -> bool {
        self.has_store() && !self.iron.is_written()
    }
}

/// Rounded up: a browser keeps the cookie until the session is over, and the session says itself when that is.
fn whole_seconds(lasts: Duration) -> i64 {
    let seconds = lasts.as_secs().saturating_add(u64::from(lasts.subsec_nanos() > 0));
    i64::try_from(seconds).unwrap_or(i64::MAX)
}
