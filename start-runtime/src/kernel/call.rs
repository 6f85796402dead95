//! A request on its way to a handler: the argument of generated code.

use std::cell::Cell;
use std::rc::Rc;

use actix_web::{HttpMessage as _, HttpRequest};

use super::exchange::Exchange;
use super::procedure::{Procedure, Transformer};
use crate::response::Problem;

/// The argument of a handler's adapter.
#[derive(Clone)]
pub struct Call {
    http: HttpRequest,
    exchange: Rc<Exchange>,
    /// What the request calls, if it calls procedures: one of them.
    procedure: Option<Rc<CalledProcedure>>,
    /// That of the router whose procedure is called.
    transformer: Option<Transformer>,
}

/// A procedure that is being called. The calls of a batch share their exchange, and not this.
pub struct CalledProcedure {
    procedure: &'static Procedure,
    asked: Cell<u32>,
}

impl CalledProcedure {
    /// How often it was asked which procedure this is.
    pub fn asked(&self) -> u32 {
        self.asked.get()
    }
}

impl Call {
    pub(crate) fn new(http: HttpRequest, exchange: Rc<Exchange>) -> Self {
        Self { http, exchange, procedure: None, transformer: None }
    }

    /// Returns the call that a request belongs to, for extractors that only see the request.
    pub(crate) fn of(http: &HttpRequest) -> Result<Self, Problem> {
        let exchange = http.extensions().get::<Matched>().map(|matched| matched.0.clone());
        let missing =
            "APIEvent was asked for outside of a Start route: it exists from the router on, not in middleware";
        exchange.map(|exchange| Self::new(http.clone(), exchange)).ok_or_else(|| Problem::internal(missing))
    }

    /// The same, as a call of a procedure.
    pub fn to_procedure(&self, procedure: &'static Procedure) -> Self {
        let called = CalledProcedure { procedure, asked: Cell::new(0) };
        Self { procedure: Some(Rc::new(called)), ..self.clone() }
    }

    /// The procedure that is being called. What is found with this answer holds for this call alone.
    pub fn procedure(&self) -> Option<&'static Procedure> {
        let called = self.procedure.as_ref()?;
        called.asked.set(called.asked.get().wrapping_add(1));
        Some(called.procedure)
    }

    pub(crate) fn called(&self) -> Option<&Rc<CalledProcedure>> {
        self.procedure.as_ref()
    }

    pub(crate) fn http(&self) -> &HttpRequest {
        &self.http
    }

    pub(crate) fn exchange(&self) -> &Rc<Exchange> {
        &self.exchange
    }

    /// The same call, whose input and answer pass a transformer, or none.
    #[allow(dead_code, reason = "capabilities have procedures")]
    pub(crate) fn with_transformer(&self, transformer: Option<Transformer>) -> Self {
        Self { transformer, ..self.clone() }
    }

    #[allow(dead_code, reason = "capabilities have procedures")]
    pub(crate) fn transformer(&self) -> Option<Transformer> {
        self.transformer
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
