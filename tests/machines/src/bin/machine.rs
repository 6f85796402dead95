//! One machine's program: its sessions, limits, rooms and deliveries are in the server at REDIS_URL.

use machines::Members;
use start_runtime::webhook::RedisOnce;
use start_runtime::{RateOutage, Redis, RedisRooms, Rooms, SessionConfig, prelude::*};

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    let redis = Redis::from_env()?;
    let outage = match std::env::var("OUTAGE").as_deref() {
        Ok("refuse") => RateOutage::Refuse,
        Ok("pass") => RateOutage::Pass,
        _ => RateOutage::CountAlone,
    };
    Start::new()
        .health()
        .session(SessionConfig::redis(redis.clone()))
        .rate_limit_store(redis.clone())
        .once_store(RedisOnce::new(redis.clone()))
        .data(Members::new(Rooms::over(RedisRooms::new(redis).history(1000)).queue(100_000)))
        .rate_limit_outage(outage)
        .serve()
        .await
}
