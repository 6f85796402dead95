//! Headers as the carrier of a trace from one program to the next. The propagator that the program has set up decides
//! on the format.

use std::borrow::Cow;

use actix_http::RequestHead;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::propagation::{Extractor, Injector};
use opentelemetry::{Context, global};

const TRACEPARENT: &str = "traceparent";
const TRACESTATE: &str = "tracestate";

/// Returns the context that a request carries, on top of another context.
pub fn extract(base: Context, head: &RequestHead) -> Context {
    let incoming = Incoming::new(&head.headers);
    global::get_text_map_propagator(|propagator| propagator.extract_with_context(&base, &incoming))
}

/// Adds the current context to the headers of a request. If there is none, the headers stay as they are.
pub fn inject(headers: &mut HeaderMap) {
    global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&Context::current(), &mut Outgoing(headers));
    });
}

/// The headers of a request, without a `traceparent` that the standard says to ignore.
struct Incoming<'a> {
    headers: &'a HeaderMap,
    traceparent: Option<&'a str>,
    /// Several `tracestate` headers are one list (W3C Trace Context, section 3.3).
    tracestate: Option<Cow<'a, str>>,
}

impl<'a> Incoming<'a> {
    fn new(headers: &'a HeaderMap) -> Self {
        let mut parents = headers.get_all(TRACEPARENT);
        let only = parents.next().filter(|_| parents.next().is_none());
        let traceparent = only.and_then(|value| value.to_str().ok()).filter(|text| is_traceparent(text));
        let mut states = headers.get_all(TRACESTATE).filter_map(|value| value.to_str().ok());
        let first = states.next().map(Cow::Borrowed);
        let tracestate = states.fold(first, |list, next| list.map(|list| Cow::Owned(format!("{list},{next}"))));
        Self { headers, traceparent, tracestate }
    }
}

impl Extractor for Incoming<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        match key {
            TRACEPARENT => self.traceparent,
            TRACESTATE => self.tracestate.as_deref(),
            _ => self.headers.get(key)?.to_str().ok(),
        }
    }

    fn keys(&self) -> Vec<&str> {
        self.headers.keys().map(HeaderName::as_str).collect()
    }
}

/// Whether a text has version, trace, parent and flags, in lower-case hex (W3C Trace Context, section 3.2). Propagators
/// are less strict: they accept signs and short numbers. In a later version, more may follow after a dash.
fn is_traceparent(text: &str) -> bool {
    const LENGTH: usize = 55;
    let bytes = text.as_bytes();
    let well_formed = |(at, byte): (usize, &u8)| match at {
        2 | 35 | 52 => *byte == b'-',
        _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    };
    bytes.len() >= LENGTH
        && bytes[..LENGTH].iter().enumerate().all(well_formed)
        && (bytes.len() == LENGTH || (!text.starts_with("00") && bytes[LENGTH] == b'-'))
}

struct Outgoing<'a>(&'a mut HeaderMap);

impl Injector for Outgoing<'_> {
    fn set(&mut self, key: &str, value: String) {
        let Ok(name) = HeaderName::try_from(key) else { return };
        // The value that the parent arrived with describes another span.
        self.0.remove(&name);
        if let Ok(value) = HeaderValue::try_from(value)
            && !value.is_empty()
        {
            self.0.insert(name, value);
        }
    }
}
