//! The trace that a request belongs to, passed on to what is fetched for it (W3C Trace Context).

use actix_web::http::header::{HeaderMap, HeaderName};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// Whether these headers put a request into a trace.
pub fn is_in(headers: &HeaderMap) -> bool {
    headers.contains_key(TRACEPARENT)
}

/// Puts a fetched request into the trace that its parent came with, unchanged.
pub fn pass_on(parent: &HeaderMap, fetched: &mut HeaderMap) {
    for name in [TRACEPARENT, TRACESTATE] {
        for value in parent.get_all(&name) {
            fetched.append(name.clone(), value.clone());
        }
    }
}
