//! Counts in Redis or Valkey, which several machines share.
//!
//! For each key, the times of the requests that passed last, by the server's clock, and at most as many as the rate allows:
//! the oldest of these says whether one more passes. So a limit slides as it does in memory. A request is one script and
//! one round trip, whatever the rate.

use std::sync::LazyLock;
use std::time::Duration;

use ::redis::Script;

use super::{Rate, RateCheckFuture, RateDecision, RateFuture, RateStore};
use crate::redis::Redis;

/// ARGV: how many requests in how many microseconds. Returns after how many microseconds one passes; 0 if this one did.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "
local key, requests, period = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local oldest = tonumber(redis.call('LINDEX', key, -requests) or '')
if oldest then
  local wait = oldest + period - now
  if wait > period then
    redis.call('DEL', key) -- The clock was set back.
  elseif wait > 0 then
    return wait
  end
end
redis.call('RPUSH', key, now)
redis.call('LTRIM', key, -requests, -1)
redis.call('PEXPIRE', key, math.ceil(period / 1000))
return 0",
    )
});

impl RateStore for Redis {
    fn take<'a>(&'a self, key: &'a str, rate: Rate) -> RateFuture<'a> {
        Box::pin(async move {
            let mut call = TAKE.key(self.key("rate", &[key]));
            call.arg(rate.requests()).arg(rate.period().as_micros().to_string());
            let wait: u64 = self.ask(async |connection| call.invoke_async(connection).await).await?;
            Ok(match wait {
                0 => RateDecision::Pass,
                wait => RateDecision::Wait(Duration::from_micros(wait)),
            })
        })
    }

    fn check(&self) -> RateCheckFuture<'_> {
        Box::pin(async move {
            let ping = ::redis::cmd("PING");
            Ok(self.ask(async |connection| ping.query_async::<()>(connection).await).await?)
        })
    }

    fn place(&self) -> Option<String> {
        Some(format!("in {}", Redis::place(self)))
    }
}
