//! What is measured of each request, named by OpenTelemetry's conventions for HTTP.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Instant;

use ::metrics::{Gauge, Histogram, gauge, histogram};
use actix_http::Request;
use actix_web::http::StatusCode;
use foldhash::fast::RandomState;

use super::operations::{Next, Operations};
use crate::http::methods;
use crate::kernel::observe::{End, Sender, Watch, Watcher};

/// How long requests took, in seconds.
pub const DURATION: &str = "http_server_request_duration_seconds";

/// The number of requests that are being answered.
pub const ACTIVE: &str = "http_server_active_requests";

/// The upper bounds of the buckets that the conventions recommend, in seconds.
pub const BUCKETS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// One worker's handles to the series, so that a request need not look them up by the text of their labels among those
/// of all threads.
#[derive(Default)]
struct RequestMetrics {
    durations: RefCell<HashMap<Labels, Histogram, RandomState>>,
    active: RefCell<HashMap<&'static str, Gauge, RandomState>>,
    operations: Operations,
}

/// There are few different labels, whatever clients send: known methods, compiled-in patterns, and the statuses that
/// handlers choose.
#[derive(PartialEq, Eq, Hash)]
struct Labels {
    method: &'static str,
    route: Cow<'static, str>,
    status: Option<StatusCode>,
}

/// One worker's watcher.
#[derive(Default)]
pub struct MetricsWatcher(Rc<RequestMetrics>);

/// A request that is being timed.
struct Timed {
    metrics: Rc<RequestMetrics>,
    method: &'static str,
    active: Gauge,
    began: Instant,
    route: RefCell<Option<Cow<'static, str>>>,
    operation: Next,
}

impl Watcher for MetricsWatcher {
    /// Measures a request; only requests from outside are counted.
    fn begin(&self, request: &Request, sender: Sender) -> Option<Box<dyn Watch>> {
        if sender != Sender::Outside {
            return None;
        }
        let method = methods::label(request.method());
        let active = self.0.active(method);
        active.increment(1.0);
        Some(Box::new(Timed {
            metrics: self.0.clone(),
            method,
            active,
            began: Instant::now(),
            route: RefCell::new(None),
            operation: Next::default(),
        }))
    }
}

impl Watch for Timed {
    fn found(&self, pattern: Cow<'static, str>) {
        self.route.replace(Some(pattern));
    }

    fn describe(&self, name: &'static str, value: &str) {
        self.metrics.operations.describe(&self.operation, name, value);
    }

    /// Records the time that the request took; without a status if the client went away.
    fn end(&self, end: End) {
        let elapsed = self.began.elapsed();
        self.active.decrement(1.0);
        let route = self.route.take().unwrap_or_default();
        let labels = Labels { method: self.method, route, status: end.status() };
        self.metrics.duration(labels).record(elapsed);
    }
}

impl RequestMetrics {
    fn active(&self, method: &'static str) -> Gauge {
        let mut active = self.active.borrow_mut();
        active.entry(method).or_insert_with(|| gauge!(ACTIVE, "http_request_method" => method)).clone()
    }

    fn duration(&self, labels: Labels) -> Histogram {
        let mut durations = self.durations.borrow_mut();
        if let Some(known) = durations.get(&labels) {
            return known.clone();
        }
        let status = labels.status.map_or_else(String::new, |status| status.as_str().to_owned());
        let new = histogram!(
            DURATION,
            "http_request_method" => labels.method,
            "http_route" => labels.route.clone(),
            "http_response_status_code" => status
        );
        durations.insert(labels, new.clone());
        new
    }
}
