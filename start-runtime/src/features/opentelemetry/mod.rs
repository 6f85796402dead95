//! Traces: a span for each request, created with the OpenTelemetry API by its conventions for HTTP.
//!
//! The tracer and the propagator are those that the program has set up for the process; without them, no spans are
//! created. If the program uses `tracing-opentelemetry`, the spans that it creates with `tracing` become children of
//! the request's span, because that crate looks for the current context.

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
