//! Webhooks: requests that another program signs with a secret that both know.
//!
//! - What is signed is the body as it was sent. It is verified before any of it is decoded.
//! - Signatures are compared as texts, in constant time: only the one spelling that the sender uses is accepted.
//! - A request that does not verify is a 400, whatever is wrong with it. No message has a secret or a signature in it.
//! - `once` does the work of a delivery once, however often and wherever it arrives.

mod config;
mod delivery;
mod documented;
mod event;
mod extract;
mod once;
pub mod public;
mod scheme;
mod schemes;
mod secrets;
mod settings;
mod unverified;

use crate::base::StartError;
use crate::kernel::{BannerLine, Capability, Opening, Settings};
use config::Configs;
use once::Once;

pub const CAPABILITY: Capability = Capability { open, command: None };

/// Checks the settings, and keeps them for the handlers.
fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    let configs: Configs = settings.take().unwrap_or_default();
    configs.check()?;
    opening.state.insert(configs);
    let once = settings.take::<Once>();
    if let Some(once) = &once {
        opening.banner.extend(once.place().map(|place| BannerLine::note(format!("deliveries: known {place}"))));
        opening.checks.push(once.check());
    }
    opening.state.insert(once.unwrap_or_default());
    Ok(())
}
