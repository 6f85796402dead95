//! Requests to other programs: `event.forward` and [`Start::proxy`](crate::Start::proxy) pass requests on, and
//! `event.fetch` takes URLs.
//!
//! - Who forwards is a handler like any other: guards, middleware and `on_error` are around it.
//! - A path that a client sends is appended to what the program has written, and never chooses a host.
//! - What is for one connection stays on it, both ways.

mod addresses;
mod answer;
mod base;
mod client;
mod fetch;
mod fields;
mod forward;
mod location;
mod route;
mod settings;
#[cfg(feature = "proxy-tls")]
mod trusted;

use crate::base::StartError;
use crate::kernel::{Capability, Opening, Settings};
pub use fetch::FetchPolicy;
pub use forward::{Forward, Proxy};
use route::Proxies;

pub const CAPABILITY: Capability = Capability { open, command: None };

fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    let policy = settings.take::<FetchPolicy>().unwrap_or_default();
    opening.outside = Some(policy.into_outside());
    #[cfg(feature = "proxy-tls")]
    trusted::add(settings)?;
    match settings.take::<Proxies>() {
        Some(proxies) => proxies.open(opening),
        None => Ok(()),
    }
}
