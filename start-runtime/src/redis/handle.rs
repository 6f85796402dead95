//! A server as a program names it.

use std::sync::Arc;
use std::time::Duration;
use std::{env, fmt, io};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use redis::aio::PubSub;
use redis::{Client, FromRedisValue, RedisResult};
use sha2::{Digest as _, Sha256};
use tokio::time::{Instant, timeout};

use super::address;
use super::connector::{self, Connection};
use super::fault::RedisFault;
use crate::base::StartError;

/// The environment variable with the URL.
const VARIABLE: &str = "REDIS_URL";

/// How long the server may take to answer, unless set.
const TIMEOUT: Duration = Duration::from_secs(1);

/// What keys begin with, unless set.
const PREFIX: &str = "start:";

/// A Redis or Valkey server that several programs share: for sessions
/// ([`SessionConfig::redis`](crate::SessionConfig::redis)), for the counts of rate limits
/// ([`Start::rate_limit_store`](crate::Start::rate_limit_store)), for rooms (`RedisRooms`), and for what was done once
/// (`webhook::RedisOnce`). Needs the feature `redis`.
///
/// ```no_run
/// use start_runtime::{Redis, SessionConfig, prelude::*};
///
/// #[start_runtime::main]
/// async fn main() -> std::io::Result<()> {
///     let redis = Redis::from_env()?;
///     Start::new().session(SessionConfig::redis(redis)).serve().await
/// }
/// ```
///
/// It is one server, or the primary of several, of version 5 or later; a cluster is not supported. Nothing connects
/// before the program serves. Each worker then has one connection, which its requests share, and which it makes anew when it is
/// lost. A clone shares the connections.
#[derive(Clone)]
pub struct Redis {
    server: Arc<Server>,
    prefix: Arc<str>,
    timeout: Duration,
}

/// Where the server is.
pub struct Server {
    pub client: Client,
    /// For people: the URL without its password.
    pub place: String,
}

impl Redis {
    /// The server at a URL: `redis://127.0.0.1:6379`, `redis://user:password@host:6379/0` with the number of a database,
    /// or `unix:///run/redis.sock`. The scheme may be `valkey` as well.
    ///
    /// # Errors
    /// Returns an error that says what to write, if it is not such a URL. The server is not asked.
    pub fn new(url: impl AsRef<str>) -> io::Result<Self> {
        Ok(Self::at("the URL of Redis", url.as_ref())?)
    }

    /// The same, with the URL in the environment variable `REDIS_URL`.
    ///
    /// # Errors
    /// Returns an error that says what to write, if the variable is not set, or is not such a URL.
    pub fn from_env() -> io::Result<Self> {
        let missing = || StartError::new(format!("{VARIABLE} is not set: write `{VARIABLE}=redis://127.0.0.1:6379`"));
        match env::var(VARIABLE) {
            Ok(url) if url.trim().is_empty() => Err(missing().into()),
            Ok(url) => Ok(Self::at(&format!("the URL in {VARIABLE}"), &url)?),
            Err(env::VarError::NotPresent) => Err(missing().into()),
            Err(env::VarError::NotUnicode(_)) => Err(StartError::new(format!("{VARIABLE} is not UTF-8")).into()),
        }
    }

    fn at(whose: &str, url: &str) -> Result<Self, StartError> {
        let (client, place) = address::read(whose, url)?;
        Ok(Self { server: Arc::new(Server { client, place }), prefix: PREFIX.into(), timeout: TIMEOUT })
    }

    /// Sets what all keys begin with; `start:` unless set. Programs that have nothing to do with each other, and share a
    /// server, need one each.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into().into();
        self
    }

    /// Sets how long the server may take to answer, connecting included; a second unless set. Whoever waited for it longer
    /// is told that it is away.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

#[allow(dead_code, reason = "capabilities use it")]
impl Redis {
    /// Where it is, for people.
    pub(crate) fn place(&self) -> &str {
        &self.server.place
    }

    /// The key of something, by the hash of what names it.
    pub(crate) fn key(&self, kind: &str, names: &[&str]) -> String {
        let mut hash = Sha256::new();
        for name in names {
            hash.update(name.len().to_le_bytes());
            hash.update(name);
        }
        format!("{}{kind}:{}", self.prefix, URL_SAFE_NO_PAD.encode(hash.finalize()))
    }

    /// Another connection, which hears what is published. It belongs to the runtime that it is made in.
    pub(crate) async fn listen(&self) -> Result<PubSub, RedisFault> {
        let made = timeout(self.timeout, self.server.client.get_async_pubsub()).await;
        let made =
            made.map_err(|_| RedisFault::new(&self.server.place, format!("no answer within {:?}", self.timeout)))?;
        made.map_err(|error| RedisFault::new(&self.server.place, error))
    }

    /// Asks the server something, within its time. If the connection turns out to be lost, it is asked once more: do it
    /// with questions that may be asked twice.
    pub(crate) async fn ask<T: FromRedisValue>(
        &self,
        question: impl AsyncFn(&mut Connection) -> RedisResult<T>,
    ) -> Result<T, RedisFault> {
        let deadline = Instant::now() + self.timeout;
        connector::of(&self.server).ask(deadline, self.timeout, question).await
    }
}

/// Without the password.
impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Redis").field(&self.server.place).finish()
    }
}
