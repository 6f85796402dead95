//! One machine's program: its sessions and limits are in the server at REDIS_URL.

use machines as _;
use start_runtime::{RateOutage, Redis, SessionConfig, prelude::*};

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
        .rate_limit_store(redis)
        .rate_limit_outage(outage)
        .serve()
        .await
}
