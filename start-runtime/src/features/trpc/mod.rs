//! tRPC: procedures by attributes, and the protocol that `@trpc/client` speaks (versions 11 and 10).

pub mod api;
mod code;
mod deferred;
#[allow(dead_code, reason = "the protocol uses it")]
mod error;
pub mod generated;
mod input;
mod maybe;
mod output;
#[allow(dead_code, reason = "the protocol uses it")]
mod router;
mod run;
#[allow(dead_code, reason = "the protocol uses it")]
mod table;
#[allow(dead_code, reason = "the protocol uses it")]
mod tracked;

use crate::base::StartError;
use crate::kernel::{Capability, Opening, Settings};

pub const CAPABILITY: Capability = Capability { open, command: None };

fn open(_: &mut Settings, _: &mut Opening<'_>) -> Result<(), StartError> {
    table::check_roots()
}
