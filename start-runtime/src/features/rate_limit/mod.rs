//! Limits on how often a client may ask a route: `#[api_route(…, rate_limit = "5 / 2s")]`.
//!
//! - A route without the option pays nothing: a limit is a guard of its route.
//! - A limit slides: in no stretch of its time are there more requests than it allows. Refused ones do not count.
//! - Where the counts are kept is the matter of a [`RateStore`]. By default it is the memory of the program.

mod address;
mod guard;
mod key;
mod memory;
mod rate;
mod settings;
mod store;

use crate::base::StartError;
use crate::kernel::{Capability, Opening, Settings};
pub use guard::{check, check_by, record};
pub use key::RateKey;
use memory::InMemory;
pub use rate::Rate;
pub use store::{RateDecision, RateFuture, RateStore};

pub const CAPABILITY: Capability = Capability { open, command: None };

/// Where the counts of a program are.
struct Counts(Box<dyn RateStore>);

fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    let counts = settings.take::<Counts>().unwrap_or_else(|| Counts(Box::new(InMemory::default())));
    opening.state.insert(counts);
    Ok(())
}
