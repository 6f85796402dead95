//! What is told about each request to metrics and traces.
//!
//! The pattern of the route is known only inside, the answer only outside: a cell in the extensions of
//! the request carries the pattern out, also when middleware fails or the client hangs up.

mod body;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(feature = "opentelemetry")]
pub mod trace;

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use actix_http::Request;
use actix_web::http::StatusCode;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};

use crate::kernel::App;
#[cfg(feature = "metrics")]
use metrics::{RequestMetrics, Timed};
#[cfg(feature = "opentelemetry")]
use trace::{RequestSpan, Traces};

/// One worker's part: who wants to know.
pub struct Observer {
    #[cfg(feature = "metrics")]
    metrics: Option<Rc<RequestMetrics>>,
    #[cfg(feature = "opentelemetry")]
    traces: Traces,
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A client, or a test in its place.
    Outside,
    /// A handler of this program.
    Fetch {
        /// Whether the handler has put the request into a trace itself.
        #[cfg_attr(not(feature = "opentelemetry"), allow(dead_code, reason = "only traces ask"))]
        own_trace: bool,
    },
}

/// A request that is watched, if anybody wants it, until this is dropped: with the last piece of the answer,
/// or before there is one, because the client has left.
pub struct Observation(Option<Box<Watched>>);

struct Watched {
    route: FoundRoute,
    #[cfg(feature = "metrics")]
    timed: Option<Timed>,
    #[cfg(feature = "opentelemetry")]
    span: Option<RequestSpan>,
    end: End,
}

/// How a request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its client went away before there was an answer.
    Left,
    Answered(StatusCode),
    /// The head of the answer was there, and the rest of it could not be made.
    BrokenOff(StatusCode),
}

impl End {
    pub fn status(self) -> Option<StatusCode> {
        match self {
            Self::Left => None,
            Self::Answered(status) | Self::BrokenOff(status) => Some(status),
        }
    }
}

/// The pattern of the route that answers; in the extensions of watched requests.
#[derive(Clone, Default)]
struct FoundRoute(Rc<RefCell<Option<Cow<'static, str>>>>);

impl Observer {
    #[cfg_attr(not(feature = "metrics"), allow(unused_variables, reason = "the settings are about metrics"))]
    pub fn new(app: &App) -> Self {
        Self {
            #[cfg(feature = "metrics")]
            metrics: app.metrics.is_some().then(Rc::default),
            #[cfg(feature = "opentelemetry")]
            traces: Traces::default(),
        }
    }

    /// A request comes in.
    pub fn begin(&self, request: &Request, sender: Sender) -> Observation {
        #[cfg(feature = "metrics")]
        let timed = (self.metrics.as_ref().filter(|_| sender == Sender::Outside))
            .map(|metrics| Timed::begin(metrics.clone(), request.method()));
        #[cfg(feature = "opentelemetry")]
        let span = self.traces.begin(request, sender);
        let wanted = [
            #[cfg(feature = "metrics")]
            timed.is_some(),
            #[cfg(feature = "opentelemetry")]
            span.is_some(),
        ];
        if !wanted.contains(&true) {
            return Observation(None);
        }
        let route = FoundRoute::default();
        request.extensions_mut().insert(route.clone());
        #[cfg(feature = "opentelemetry")]
        if let Some(span) = &span {
            request.extensions_mut().insert(span.clone());
        }
        Observation(Some(Box::new(Watched {
            route,
            #[cfg(feature = "metrics")]
            timed,
            #[cfg(feature = "opentelemetry")]
            span,
            end: End::Left,
        })))
    }

    /// The router has found a route.
    pub fn found(&self, http: &HttpRequest, pattern: &'static str) {
        let wanted = [
            #[cfg(feature = "metrics")]
            self.metrics.is_some(),
            #[cfg(feature = "opentelemetry")]
            self.traces.are_wanted(),
        ];
        if wanted.contains(&true)
            && let Some(route) = http.extensions().get::<FoundRoute>()
        {
            route.0.replace(Some(pattern.into()));
            #[cfg(feature = "opentelemetry")]
            if let Some(span) = http.extensions().get::<RequestSpan>() {
                span.found(pattern.into());
            }
        }
    }
}

/// Runs a piece of the work for a request, below the span that is current. Where none is, as in a task of its
/// own, the span of the request takes its place.
pub fn on_behalf_of<T>(http: &HttpRequest, work: impl FnOnce() -> T) -> T {
    #[cfg(feature = "opentelemetry")]
    let _current =
        if trace::is_in_span() { None } else { http.extensions().get::<RequestSpan>().map(RequestSpan::enter) };
    #[cfg(not(feature = "opentelemetry"))]
    let _ = http;
    work()
}

impl Observation {
    /// Runs a piece of the work for the request, as the current one of the thread: one poll, because many
    /// requests share a thread.
    pub fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        #[cfg(feature = "opentelemetry")]
        let _current = self.0.as_ref().and_then(|watched| watched.span.as_ref()).map(RequestSpan::enter);
        work()
    }

    /// The trace that the request belongs to, for the log: 32 hex digits.
    pub fn trace_id(&self) -> Option<String> {
        #[cfg(feature = "opentelemetry")]
        let id = self.0.as_ref().and_then(|watched| watched.span.as_ref()).map(RequestSpan::trace_id);
        #[cfg(not(feature = "opentelemetry"))]
        let id = None;
        id
    }

    /// A service of `Start::configure` may have answered: then the pattern is one of actix's.
    pub fn answered_by(&self, http: &HttpRequest) {
        if let Some(watched) = &self.0 {
            let mut route = watched.route.0.borrow_mut();
            if route.is_none()
                && let Some(pattern) = http.match_pattern()
            {
                #[cfg(feature = "opentelemetry")]
                if let Some(span) = &watched.span {
                    span.found(pattern.clone().into());
                }
                *route = Some(pattern.into());
            }
        }
    }

    /// The answer is there. One that is still to be made, piece by piece, is watched to its end.
    pub fn answered(&mut self, response: HttpResponse) -> HttpResponse {
        let Some(mut watched) = self.0.take() else { return response };
        watched.end = End::Answered(response.status());
        response.map_body(|_, body| body::watch(body, Self(Some(watched))))
    }

    /// The rest of the answer could not be made.
    fn breaks_off(&mut self) {
        if let Some(watched) = &mut self.0
            && let End::Answered(status) = watched.end
        {
            watched.end = End::BrokenOff(status);
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        #[cfg(feature = "metrics")]
        if let Some(timed) = self.timed.take() {
            timed.end(self.route.0.take(), self.end.status());
        }
        #[cfg(feature = "opentelemetry")]
        if let Some(span) = self.span.take() {
            span.end(self.end);
        }
    }
}
