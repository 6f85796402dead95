//! A limit as a guard of its route.

use std::sync::Arc;
use std::time::Duration;

use super::address::client;
use super::counts::Counts;
use super::{Rate, RateDecision, RateKey};
use crate::describe::Operation;
use crate::event::APIEvent;
use crate::kernel::{Call, CheckFuture, Declaration, GuardRecord};
use crate::response::{Outcome, Problem};

/// The record of a limit that an attribute names.
pub const fn record(
    declaration: Declaration,
    check: fn(Call) -> CheckFuture,
    describe: fn(&mut Operation<'_>),
) -> GuardRecord {
    GuardRecord { declaration: Declaration { function: "rate_limit", docs: &[], ..declaration }, check, describe }
}

/// What the document says of a limit.
impl Rate {
    pub fn describe(self, operation: &mut Operation<'_>) {
        let description = format!("Too many requests: {self} are allowed");
        let response = operation.response(429, &description).problem();
        response.header::<u32>("Retry-After", "After how many seconds a request may pass");
    }
}

/// Counts a request for its address.
pub fn check(call: Call, rate: Rate) -> CheckFuture {
    Box::pin(async move { take(&call, rate, &by_address(&call)).await })
}

/// Counts a request for the name that a function finds.
pub fn check_by<F, K>(call: Call, rate: Rate, name: impl FnOnce(APIEvent) -> F + 'static) -> CheckFuture
where
    F: Future<Output = K> + 'static,
    K: RateKey,
{
    Box::pin(async move {
        let name = name(APIEvent::new(&call)).await.into_rate_key();
        let who = name.map_or_else(|| by_address(&call), |name| format!("key {name}"));
        take(&call, rate, &who).await
    })
}

fn by_address(call: &Call) -> String {
    client(call).map_or_else(String::new, |address| format!("address {address}"))
}

async fn take(call: &Call, rate: Rate, who: &str) -> Result<(), Outcome> {
    let exchange = call.exchange();
    let (Some(entry), Some(counts)) = (exchange.entry, exchange.worker.app.state.get::<Arc<Counts>>()) else {
        return Ok(());
    };
    let key = format!("{} {}\n{who}", entry.route.methods.join(","), entry.route.pattern);
    let refused = match counts.take(&key, rate).await {
        Ok(RateDecision::Pass) => return Ok(()),
        Ok(RateDecision::Wait(wait)) => too_many(rate, wait),
        Err(error) => away().caused_by(error),
    };
    Err(Outcome::Problem(refused))
}

/// The store is away, and the program refuses requests then.
fn away() -> Problem {
    Problem::new(503).with_detail("rate limits are not available at the moment").header("retry-after", "1")
}

/// A 429 (RFC 6585, section 4).
fn too_many(rate: Rate, wait: Duration) -> Problem {
    // Whole seconds, so rounded up: RFC 9110, section 10.2.3.
    let seconds = (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1);
    Problem::new(429)
        .with_detail(format!("{rate} are allowed: ask again in {seconds} s"))
        .header("retry-after", seconds.to_string())
}
