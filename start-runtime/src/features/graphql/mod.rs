//! A GraphQL API in one route: the user brings a schema of async-graphql, Start brings the HTTP of it.
//!
//! - What is over a limit is refused before anything is resolved, and what is refused costs no more than its bytes: tokens
//!   and brackets are counted before the parser runs, fragments are measured once however often they are spread.
//! - Resolvers are `Send`, the worker is not: a resolver has [`Event`], and what belongs to the worker's thread is done
//!   there, while the schema is executed.
//! - A text of the program's inside reaches the log and `on_error`, and no client.

mod answer;
pub mod api;
mod ask;
pub mod command;
mod complete;
mod document;
mod documents;
mod errand;
mod handle;
mod limits;
mod masked;
mod media;
mod mounted;
mod order;
mod page;
mod refusal;
mod reservation;
mod resolver_event;
mod scan;
mod schema;
mod settings;
mod socket;
mod stream;
mod task;
mod types;
mod upload;

use crate::base::StartError;
use crate::kernel::{Capability, Opening, Settings};
use command::GRAPHQL;
use mounted::Mounting;
use reservation::Reservations;

pub const CAPABILITY: Capability = Capability { open, command: Some(GRAPHQL) };

fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    opening.state.insert(Reservations::default());
    match settings.take::<Vec<Mounting>>() {
        Some(all) => mounted::open(all, opening),
        None => Ok(()),
    }
}
