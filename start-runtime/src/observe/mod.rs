//! What is told about each request to metrics and traces.
//!
//! The pattern of the route is known only inside, the answer only outside: a cell in the extensions of
//! the request carries the pattern out, also when middleware fails or the client hangs up.

mod methods;
pub mod metrics;

use std::cell::Cell;
use std::rc::Rc;

use actix_http::Request;
use actix_web::http::StatusCode;
use actix_web::{HttpMessage as _, HttpRequest};

use crate::app::App;
use metrics::{RequestMetrics, Timed};

/// One worker's part: who wants to know.
pub struct Observer {
    metrics: Option<Rc<RequestMetrics>>,
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A client, or a test in its place.
    Outside,
    /// A handler of this program.
    Fetch,
}

/// A request that is watched, if anybody wants it. Dropped before its end, it counts as left by its client.
pub struct Observation(Option<Box<Watched>>);

struct Watched {
    route: FoundRoute,
    timed: Option<Timed>,
    ended: bool,
}

/// The pattern of the route that answers; in the extensions of watched requests.
#[derive(Clone, Default)]
struct FoundRoute(Rc<Cell<Option<&'static str>>>);

impl Observer {
    pub fn new(app: &App) -> Self {
        Self { metrics: app.metrics.is_some().then(Rc::default) }
    }

    /// A request comes in.
    pub fn begin(&self, request: &Request, sender: Sender) -> Observation {
        let metrics = self.metrics.as_ref().filter(|_| sender == Sender::Outside);
        let timed = metrics.map(|metrics| Timed::begin(metrics.clone(), request.method()));
        if timed.is_none() {
            return Observation(None);
        }
        let route = FoundRoute::default();
        request.extensions_mut().insert(route.clone());
        Observation(Some(Box::new(Watched { route, timed, ended: false })))
    }

    /// The router has found a route.
    pub fn found(&self, http: &HttpRequest, pattern: &'static str) {
        if self.metrics.is_some()
            && let Some(route) = http.extensions().get::<FoundRoute>()
        {
            route.0.set(Some(pattern));
        }
    }
}

impl Observation {
    /// Runs a piece of the work for the request: one poll, because many requests share a thread.
    pub fn within<T>(&self, code: impl FnOnce() -> T) -> T {
        code()
    }

    /// The answer is there.
    pub fn end(&mut self, status: StatusCode) {
        if let Some(mut watched) = self.0.take() {
            watched.finish(Some(status));
        }
    }
}

impl Watched {
    fn finish(&mut self, status: Option<StatusCode>) {
        self.ended = true;
        let route = self.route.0.get();
        if let Some(timed) = self.timed.take() {
            timed.end(route, status);
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if !self.ended {
            self.finish(None);
        }
    }
}
