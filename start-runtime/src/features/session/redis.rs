//! Sessions in Redis or Valkey, which several machines share.
//!
//! A session is a hash under the hash of its id: who reads the server's memory can forge no cookie. Its times stand apart
//! from its data, so a touch does not rewrite that. The server forgets a session when its time is over. Each call is one
//! step there, and one round trip.
//!
//! The sessions of an owner are found by an index: a sorted set of their keys, by the time when each is over.

use std::sync::LazyLock;
use std::time::Duration;

use ::redis::{Cmd, Script};
use serde_json::Value;

use super::record::{ID_LENGTH, from_millis, millis};
use super::{SessionConfig, SessionRecord, SessionStore, StoreError, StoreFuture};
use crate::redis::Redis;

/// Sessions on a server.
impl SessionConfig {
    /// Sessions in Redis or Valkey, for programs that run on more than one machine. The cookie has 256 random bits, the
    /// server their hash (SHA-256), and with it the data as JSON. Needs the feature `redis`.
    ///
    /// ```no_run
    /// use start_runtime::{Redis, SessionConfig, prelude::*};
    ///
    /// #[start_runtime::main]
    /// async fn main() -> std::io::Result<()> {
    ///     let redis = Redis::new("redis://127.0.0.1:6379")?.prefix("shop:");
    ///     Start::new().session(SessionConfig::redis(redis)).serve().await
    /// }
    /// ```
    ///
    /// While the server is away, what needs a session is answered with 503. A server that has lost its memory has no
    /// sessions, which is no error.
    pub fn redis(redis: Redis) -> Self {
        Self::in_redis(redis)
    }
}

/// The sessions of one cookie.
pub struct RedisSessions {
    redis: Redis,
    cookie: String,
}

/// Puts a key into the index of its owner. The index lasts as long as its last session.
const ENROL: &str = "
local function enrol(index, session, lasts)
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZREMRANGEBYSCORE', index, '-inf', now)
  redis.call('ZADD', index, now + lasts, session)
  if redis.call('PTTL', index) < lasts then redis.call('PEXPIRE', index, lasts) end
end
";

/// Keeps KEYS[1], in place of KEYS[2] if that is there: a session that was ended is not revived. ARGV: created, seen,
/// data, how long it lasts, the owner, the owner's index.
static SAVE: LazyLock<Script> = LazyLock::new(|| {
    let code = "
local session, before, lasts, index = KEYS[1], KEYS[2], tonumber(ARGV[4]), ARGV[6]
if before then
  if redis.call('EXISTS', before) == 0 then return 0 end
  local known = redis.call('HGET', before, 'i')
  if known then redis.call('ZREM', known, before) end
  redis.call('DEL', before)
end
redis.call('HSET', session, 'c', ARGV[1], 's', ARGV[2], 'd', ARGV[3])
if index ~= '' then
  redis.call('HSET', session, 'o', ARGV[5], 'i', index)
  enrol(index, session, lasts)
end
redis.call('PEXPIRE', session, lasts)
return 1";
    Script::new(&format!("{ENROL}{code}"))
});

/// Keeps KEYS[1] longer, if it is there. ARGV: seen, how long it lasts.
static TOUCH: LazyLock<Script> = LazyLock::new(|| {
    let code = "
local session, lasts = KEYS[1], tonumber(ARGV[2])
if redis.call('EXISTS', session) == 0 then return 0 end
redis.call('HSET', session, 's', ARGV[1])
redis.call('PEXPIRE', session, lasts)
local index = redis.call('HGET', session, 'i')
if index then enrol(index, session, lasts) end
return 1";
    Script::new(&format!("{ENROL}{code}"))
});

/// Ends KEYS[1].
static REMOVE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "
local index = redis.call('HGET', KEYS[1], 'i')
if index then redis.call('ZREM', index, KEYS[1]) end
return redis.call('DEL', KEYS[1])",
    )
});

/// Ends all sessions in the index KEYS[1], but KEYS[2].
static REMOVE_ALL: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "
local count = 0
for _, session in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if session ~= KEYS[2] then
    count = count + redis.call('DEL', session)
    redis.call('ZREM', KEYS[1], session)
  end
end
return count",
    )
});

/// The fields of a hash: created, seen, owner, data.
type Fields = (Option<u64>, Option<u64>, Option<String>, Option<String>);

impl RedisSessions {
    pub fn new(redis: Redis, cookie: String) -> Self {
        Self { redis, cookie }
    }

    /// The name of the cookie is a part of it, so a session is none under another name.
    fn session_key(&self, id: &str) -> String {
        self.redis.key("session", &[&self.cookie, id])
    }

    fn owner_key(&self, owner: &str) -> String {
        self.redis.key("owner", &[&self.cookie, owner])
    }

    async fn run(&self, script: &Script, keys: &[&str], arguments: &[&str]) -> Result<u64, StoreError> {
        let mut call = script.prepare_invoke();
        for key in keys {
            call.key(key);
        }
        for argument in arguments {
            call.arg(argument);
        }
        self.redis.ask(async |connection| call.invoke_async(connection).await).await.map_err(StoreError::new)
    }

    async fn keep(&self, before: Option<&str>, session: &SessionRecord, lasts: Duration) -> Result<bool, StoreError> {
        let key = self.session_key(&session.id);
        let before = before.map(|id| self.session_key(id));
        let keys: Vec<&str> = [Some(&key), before.as_ref()].into_iter().flatten().map(String::as_str).collect();
        let owner = session.owner.as_deref().unwrap_or_default();
        let index = session.owner.as_deref().map(|owner| self.owner_key(owner)).unwrap_or_default();
        let data = serde_json::to_string(&session.data).map_err(StoreError::new)?;
        let (created, seen) = (millis(session.created_at).to_string(), millis(session.seen_at).to_string());
        let count = self.run(&SAVE, &keys, &[&created, &seen, &data, &milliseconds(lasts), owner, &index]).await?;
        Ok(count > 0)
    }
}

impl SessionStore for RedisSessions {
    fn load<'a>(&'a self, value: &'a str) -> StoreFuture<'a, Option<SessionRecord>> {
        Box::pin(async move {
            // What a client has made up is mostly no id at all.
            if value.len() != ID_LENGTH {
                return Ok(None);
            }
            let mut command = Cmd::new();
            command.arg("HMGET").arg(self.session_key(value)).arg(&["c", "s", "o", "d"]);
            let fields = self.redis.ask(async |connection| command.query_async::<Fields>(connection).await).await;
            Ok(record(value, fields.map_err(StoreError::new)?))
        })
    }

    fn save<'a>(&'a self, session: &'a SessionRecord, lasts: Duration) -> StoreFuture<'a, String> {
        Box::pin(async move {
            self.keep(None, session, lasts).await?;
            Ok(session.id.clone())
        })
    }

    fn replace<'a>(
        &'a self,
        known: &'a str,
        session: &'a SessionRecord,
        lasts: Duration,
    ) -> StoreFuture<'a, Option<String>> {
        Box::pin(async move { Ok(self.keep(Some(known), session, lasts).await?.then(|| session.id.clone())) })
    }

    fn touch<'a>(&'a self, session: &'a SessionRecord, lasts: Duration) -> StoreFuture<'a, Option<String>> {
        Box::pin(async move {
            let (key, seen) = (self.session_key(&session.id), millis(session.seen_at).to_string());
            let count = self.run(&TOUCH, &[&key], &[&seen, &milliseconds(lasts)]).await?;
            Ok((count > 0).then(|| session.id.clone()))
        })
    }

    fn remove<'a>(&'a self, id: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(async move { self.run(&REMOVE, &[&self.session_key(id)], &[]).await.map(drop) })
    }

    fn remove_all<'a>(&'a self, owner: &'a str, but: Option<&'a str>) -> StoreFuture<'a, u64> {
        Box::pin(async move {
            let (index, but) = (self.owner_key(owner), but.map(|id| self.session_key(id)));
            let keys: Vec<&str> = [Some(&index), but.as_ref()].into_iter().flatten().map(String::as_str).collect();
            self.run(&REMOVE_ALL, &keys, &[]).await
        })
    }

    fn place(&self) -> String {
        format!("in {}", self.redis.place())
    }
}

/// `None` if a field is missing: there is no such session, or another program has written it.
fn record(id: &str, (created, seen, owner, data): Fields) -> Option<SessionRecord> {
    let data: Value = serde_json::from_str(&data?).ok()?;
    let record = SessionRecord::new(id, from_millis(created?)?, from_millis(seen?)?, data);
    Some(SessionRecord { owner, ..record })
}

/// For the server, which knows no shorter time.
fn milliseconds(lasts: Duration) -> String {
    lasts.as_millis().clamp(1, 1 << 52).to_string()
}
