//! The span of a request, from its parent to its end.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

use actix_http::Request;
use actix_web::http::header::HeaderMap;
use opentelemetry::global::{self, BoxedTracer};
use opentelemetry::trace::{Span as _, SpanKind, Status, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, InstrumentationScope, KeyValue};

use super::{attributes, carrier};
use crate::http::methods;
use crate::kernel::observe::{End, Guard, Sender, Watch, Watcher};

/// The schema that defines the names of the attributes.
const SCHEMA: &str = "https://opentelemetry.io/schemas/1.40.0";

/// One worker's tracer.
#[derive(Default)]
pub struct Traces {
    tracer: OnceCell<BoxedTracer>,
    /// Whether no tracer is set up. Determined at the first request, and not checked again.
    unwanted: Cell<bool>,
}

/// The span of a request that is being answered.
struct RequestSpan {
    context: Context,
    method: &'static str,
}

impl Watcher for Traces {
    /// Starts the span of a request that arrives. Returns `None` if nothing records it.
    fn begin(&self, request: &Request, sender: Sender) -> Option<Box<dyn Watch>> {
        if self.unwanted.get() {
            return None;
        }
        let (parent, kind) = match sender {
            Sender::Outside => (carrier::extract(Context::new(), request.head()), SpanKind::Server),
            Sender::Fetch { own_trace: true } => {
                (carrier::extract(Context::current(), request.head()), SpanKind::Internal)
            }
            Sender::Fetch { own_trace: false } => (Context::current(), SpanKind::Internal),
        };
        let tracer = self.tracer.get_or_init(tracer);
        let method = methods::label(request.method());
        let name = if method == methods::OTHER { "HTTP" } else { method };
        let builder = tracer.span_builder(name).with_kind(kind).with_attributes(attributes::of(request, method));
        let span = tracer.build_with_context(builder, &parent);
        if span.span_context() == parent.span().span_context() {
            // Only a no-op tracer passes the context of the parent on unchanged.
            self.unwanted.set(true);
            return None;
        }
        // The context is invalid while telemetry is suppressed, and after the provider has shut down.
        if !span.span_context().is_valid() {
            return None;
        }
        Some(Box::new(RequestSpan { context: parent.with_span(span), method }))
    }

    /// Makes the current span the parent of a fetched request.
    fn carry(&self, headers: &mut HeaderMap) {
        carrier::inject(headers);
    }
}

fn tracer() -> BoxedTracer {
    let scope = InstrumentationScope::builder("start_runtime").with_version(env!("CARGO_PKG_VERSION"));
    global::tracer_with_scope(scope.with_schema_url(SCHEMA).build())
}

/// Whether the running code is inside a span.
fn is_in_span() -> bool {
    Context::map_current(|context| context.span().span_context().is_valid())
}

impl Watch for RequestSpan {
    /// Records the route, as soon as it is known, so that the program can still rename the span.
    fn found(&self, route: Cow<'static, str>) {
        let span = self.context.span();
        if span.is_recording() {
            let method = if self.method == methods::OTHER { "HTTP" } else { self.method };
            span.update_name(format!("{method} {route}"));
            span.set_attribute(KeyValue::new(attributes::ROUTE, route));
        }
    }

    fn enter(&self) -> Option<Guard> {
        Some(Box::new(self.context.clone().attach()))
    }

    fn enter_if_outside(&self) -> Option<Guard> {
        if is_in_span() { None } else { self.enter() }
    }

    fn describe(&self, name: &'static str, value: &str) {
        self.context.span().set_attribute(KeyValue::new(name, value.to_owned()));
    }

    fn trace_id(&self) -> Option<String> {
        Some(self.context.span().span_context().trace_id().to_string())
    }

    /// Ends the span when the response is complete or the client has gone away. Only a fault of the program is an error.
    fn end(&self, end: End) {
        let span = self.context.span();
        if span.is_recording() {
            if let Some(status) = end.status() {
                span.set_attribute(KeyValue::new(attributes::STATUS, i64::from(status.as_u16())));
            }
            let error = match end {
                End::Left => Some((attributes::CANCELLED.into(), Status::Unset)),
                End::Answered(status) if status.is_server_error() => {
                    Some((Cow::Owned(status.as_str().to_owned()), Status::error("")))
                }
                End::Answered(_) => None,
                End::BrokenOff(_) => Some((attributes::BROKEN_OFF.into(), Status::error(""))),
            };
            if let Some((error, status)) = error {
                span.set_attribute(KeyValue::new(attributes::ERROR, error));
                span.set_status(status);
            }
        }
        // Ended explicitly, because the program may keep the context longer.
        span.end();
    }
}
