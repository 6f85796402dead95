//! Passes the trace of a request on to the requests that are fetched for it (W3C Trace Context).

use actix_web::http::header::{HeaderMap, HeaderName};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// Whether these headers make the request part of a trace.
pub fn is_in(headers: &HeaderMap) -> bool {
    headers.contains_key(TRACEPARENT)
}

/// Puts a fetched request into the trace that its parent arrived with. The headers are copied unchanged.
pub fn pass_on(parent: &HeaderMap, fetched: &mut HeaderMap) {
    // Without a parent, the state of a trace means nothing (W3C Trace Context, section 3.3).
    if !is_in(parent) {
        return;
    }
    for name in [TRACEPARENT, TRACESTATE] {
        for value in parent.get_all(&name) {
            fetched.append(name.clone(), value.clone());
        }
    }
}
