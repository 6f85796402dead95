//! A request on its way to a handler: the argument of generated code.

use std::rc::Rc;

use actix_web::{HttpMessage as _, HttpRequest};

use super::exchange::Exchange;
use crate::response::Problem;

/// The argument of a handler's adapter.
#[derive(Clone)]
pub struct Call {
    http: HttpRequest,
    exchange: Rc<Exchange>,
}

impl Call {
    pub(crate) fn new(http: HttpRequest, exchange: Rc<Exchange>) -> Self {
        Self { http, exchange }
    }

    /// Returns the call that a request belongs to, for extractors that only see the request.
    pub(crate) fn of(http: &HttpRequest) -> Result<Self, Problem> {
        let exchange = http.extensions().get::<Matched>().map(|matched| matched.0.clone());
        let missing =
            "APIEvent was asked for outside of a Start route: it exists from the router on, not in middleware";
        exchange.map(|exchange| Self::new(http.clone(), exchange)).ok_or_else(|| Problem::internal(missing))
    }

    pub(crate) fn http(&self) -> &HttpRequest {
        &self.http
    }

    pub(crate) fn exchange(&self) -> &Rc<Exchange> {
        &self.exchange
    }

    /// Makes the call visible to extractors and middleware that only see the request.
    pub(crate) fn publish(&self) {
        self.http.extensions_mut().insert(Matched(self.exchange.clone()));
    }
}

/// The route that answers a request, in the extensions of the request: for metrics and logs in middleware, after
/// `next.call(request).await`.
///
/// ```
/// use actix_web::HttpMessage;
/// use actix_web::dev::ServiceResponse;
///
/// fn label(response: &ServiceResponse) -> &'static str {
///     let extensions = response.request().extensions();
///     extensions.get::<start_runtime::Matched>().map_or("none", |matched| matched.pattern())
/// }
/// ```
#[derive(Clone)]
pub struct Matched(Rc<Exchange>);

impl Matched {
    /// The pattern as written in the attribute, such as `/api/[house]/students`; empty for the event of a test.
    pub fn pattern(&self) -> &'static str {
        self.0.entry.map_or("", |entry| entry.route.pattern)
    }
}
