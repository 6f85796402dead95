//! What is done, in Redis or Valkey, which several machines share.
//!
//! A key has the name of its owner while the work is being done, and `done` afterwards. The server forgets it when its time is
//! over. Each step is one script and one round trip, and may be asked twice: a connection that is lost may have done it.

use std::sync::LazyLock;
use std::time::Duration;

use ::redis::{FromRedisValue, Script, cmd};

use super::store::{Claim, OnceError, OnceFuture, OnceStore};
use crate::redis::Redis;

/// ARGV: the owner, how long the work may take. Returns `yours`, `done` or `busy`. Whoever asks twice is the same owner.
static CLAIM: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "
local known = redis.call('GET', KEYS[1])
if known == 'done' then return 'done' end
if known and known ~= 'by ' .. ARGV[1] then return 'busy' end
redis.call('SET', KEYS[1], 'by ' .. ARGV[1], 'PX', ARGV[2])
return 'yours'",
    )
});

/// ARGV: the owner, how long it is known. Where nobody is at it, the work counts as done although its time was over, or the
/// server has lost its memory.
static FINISH: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "
local known = redis.call('GET', KEYS[1])
if not known or known == 'by ' .. ARGV[1] then redis.call('SET', KEYS[1], 'done', 'PX', ARGV[2]) end
return 1",
    )
});

/// ARGV: the owner.
static RELEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "
if redis.call('GET', KEYS[1]) == 'by ' .. ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1",
    )
});

/// Knows what all processes have done that share a Redis or Valkey server, on one machine or several: with the features
/// `webhook` and `redis`.
///
/// ```no_run
/// use start_runtime::webhook::RedisOnce;
/// use start_runtime::{Redis, prelude::*};
///
/// #[start_runtime::main]
/// async fn main() -> std::io::Result<()> {
///     Start::new().once_store(RedisOnce::new(Redis::from_env()?)).serve().await
/// }
/// ```
///
/// The server has the hash of each id. While it is away, [`APIEvent::once`](crate::APIEvent::once) is a 503 with `Retry-After`,
/// and no work begins. A server that has lost its memory knows of nothing that was done, and so may a replica that takes over:
/// what must not be done twice even then is a row in a database.
#[derive(Clone, Debug)]
pub struct RedisOnce(Redis);

impl RedisOnce {
    /// Keeps on this server what is done. It is asked when it is needed first.
    pub fn new(redis: Redis) -> Self {
        Self(redis)
    }

    async fn run<T: FromRedisValue>(&self, script: &Script, key: &str, arguments: &[&str]) -> Result<T, OnceError> {
        let mut call = script.key(self.0.key("once", &[key]));
        for argument in arguments {
            call.arg(argument);
        }
        self.0.ask(async |connection| call.invoke_async(connection).await).await.map_err(OnceError::new)
    }
}

impl OnceStore for RedisOnce {
    fn claim<'a>(&'a self, key: &'a str, owner: &'a str, lease: Duration) -> OnceFuture<'a, Claim> {
        Box::pin(async move {
            let answer: String = self.run(&CLAIM, key, &[owner, &milliseconds(lease)]).await?;
            Ok(match answer.as_str() {
                "yours" => Claim::Yours,
                "done" => Claim::Done,
                _ => Claim::Busy,
            })
        })
    }

    fn finish<'a>(&'a self, key: &'a str, owner: &'a str, keep: Duration) -> OnceFuture<'a, ()> {
        Box::pin(async move { self.run(&FINISH, key, &[owner, &milliseconds(keep)]).await })
    }

    fn release<'a>(&'a self, key: &'a str, owner: &'a str) -> OnceFuture<'a, ()> {
        Box::pin(async move { self.run(&RELEASE, key, &[owner]).await })
    }

    fn check(&self) -> OnceFuture<'_, ()> {
        Box::pin(async move {
            let ping = cmd("PING");
            self.0.ask(async |connection| ping.query_async::<()>(connection).await).await.map_err(OnceError::new)
        })
    }

    fn place(&self) -> Option<String> {
        Some(format!("in {}", self.0.place()))
    }
}

/// For the server, which knows no shorter time.
fn milliseconds(lasts: Duration) -> String {
    lasts.as_millis().clamp(1, 1 << 52).to_string()
}
