//! Traces: a span for each request, by the API of OpenTelemetry and its conventions for HTTP.
//!
//! The tracer and the propagator are those that the program has set up for the process; without them nothing is made.
//! Spans that the program makes with `tracing` come below ours where `tracing-opentelemetry` is in use: it looks for the
//! current context.

mod attributes;
mod carrier;
mod span;

use std::sync::Arc;

use crate::kernel::Capability;
use span::Traces;

pub const CAPABILITY: Capability = Capability {
    open: |_, opening| {
        opening.watchers.push(Arc::new(|| Box::new(Traces::default())));
        Ok(())
    },
    command: None,
};
