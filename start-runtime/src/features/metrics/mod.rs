//! Metrics for Prometheus: a route of the program serves the series of the process.
//!
//! Only a program that calls `Start::metrics` has the route, and only then are requests counted.

mod endpoint;
mod operations;
mod recorder;
mod requests;
mod settings;

use std::sync::Arc;

use crate::base::StartError;
use crate::kernel::{Capability, Opening, Settings};
use endpoint::Endpoint;
use requests::MetricsWatcher;

pub const CAPABILITY: Capability = Capability { open, command: None };

fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    if let Some(endpoint) = settings.take::<Endpoint>() {
        endpoint.open(opening)?;
        opening.watchers.push(Arc::new(|| Box::new(MetricsWatcher::default())));
    }
    Ok(())
}
