//! Limits on how often a client may ask a route: `#[api_route(…, rate_limit = "5 / 2s")]`.
//!
//! - A route without the option pays nothing: a limit is a guard of its route.
//! - A limit slides: in no stretch of its time are there more requests than it allows. Refused ones do not count.
//! - Where the counts are kept is the matter of a [`RateStore`]. By default it is the memory of the program, which also takes
//!   over while a store is away.

mod address;
mod counts;
mod guard;
mod key;
mod memory;
mod outage;
mod rate;
#[cfg(feature = "redis")]
mod redis;
mod settings;
mod store;

use std::sync::Arc;

use crate::base::StartError;
use crate::kernel::{BannerLine, Capability, Opening, Settings};
use counts::Counts;
pub use guard::{check, check_by, record};
pub use key::RateKey;
pub use outage::RateOutage;
pub use rate::Rate;
use settings::Chosen;
pub use store::{RateCheckFuture, RateDecision, RateFuture, RateStore};

pub const CAPABILITY: Capability = Capability { open, command: None };

fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    let Chosen { store, outage } = settings.take().unwrap_or_default();
    let counts = Arc::new(Counts::new(store, outage));
    opening.banner.extend(counts.place().map(|place| BannerLine::note(format!("rate limits: counted {place}"))));
    opening.checks.extend(counts.check());
    opening.state.insert(counts);
    Ok(())
}
