//! In place of `observe` when no feature asks for it: nothing is told, and nothing is left of it in the
//! compiled program.

use actix_http::Request;
use actix_web::{HttpRequest, HttpResponse};

use crate::kernel::App;

/// Watches nothing.
pub struct Observer;

/// A request that nobody watches.
pub struct Observation;

/// Where a request comes from.
#[derive(Clone, Copy)]
pub enum Sender {
    Outside,
    Fetch {
        #[allow(dead_code, reason = "nobody asks")]
        own_trace: bool,
    },
}

impl Observer {
    pub fn new(_: &App) -> Self {
        Self
    }

    #[inline]
    pub fn begin(&self, _: &Request, _: Sender) -> Observation {
        Observation
    }

    #[inline]
    pub fn found(&self, _: &HttpRequest, _: &'static str) {}
}

#[inline]
pub fn on_behalf_of<T>(_: &HttpRequest, work: impl FnOnce() -> T) -> T {
    work()
}

impl Observation {
    #[inline]
    pub fn within<T>(&self, code: impl FnOnce() -> T) -> T {
        code()
    }

    pub fn trace_id(&self) -> Option<String> {
        None
    }

    #[inline]
    pub fn answered_by(&self, _: &HttpRequest) {}

    #[inline]
    pub fn answered(&mut self, response: HttpResponse) -> HttpResponse {
        response
    }
}
