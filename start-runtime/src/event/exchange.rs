//! What belongs to one request while a handler works on it.

use std::cell::RefCell;
use std::rc::Rc;

use actix_web::http::uri::PathAndQuery;
use actix_web::{HttpMessage as _, HttpRequest};

use super::body::Body;
use super::staged::Staged;
use crate::app::Worker;
use crate::response::Problem;
use crate::router::{Span, Values, slice};
use crate::table::Entry;

/// What the parts of an event share. It never holds the `HttpRequest`, whose extensions may hold it.
pub struct Exchange {
    pub worker: Rc<Worker>,
    pub entry: Option<Entry>,
    pub captured: Captured,
    pub body: RefCell<Body>,
    /// Made when something is staged: most answers have nothing.
    pub staged: RefCell<Option<Box<Staged>>>,
}

impl Exchange {
    /// The route's own limit for its bodies, if it has one.
    pub fn route_limit(&self) -> Option<usize> {
        self.entry?.route.body_limit
    }

    /// How many bytes of a body may be held in memory.
    pub fn body_limit(&self) -> usize {
        self.route_limit().unwrap_or(self.worker.app.body_limit)
    }

    /// How many bytes a body may have that is read piece by piece.
    pub fn stream_limit(&self) -> u64 {
        self.route_limit().map_or(self.worker.app.stream_limit, |limit| limit as u64)
    }
}

/// The values of the params: places in the text of the path.
pub struct Captured {
    pub names: Names,
    pub text: PathText,
    pub values: Values,
    /// The places of a catch-all's segments, so that an encoded slash stays inside its segment.
    pub rest: Vec<Span>,
}

/// The names of the params: the pattern's, or those of a test.
pub enum Names {
    Pattern(&'static [&'static str]),
    Given(Vec<String>),
}

impl Names {
    pub fn get(&self, index: usize) -> Option<&str> {
        match self {
            Self::Pattern(names) => names.get(index).copied(),
            Self::Given(names) => names.get(index).map(String::as_str),
        }
    }
}

/// The decoded path: the request's own bytes where nothing was encoded.
pub enum PathText {
    None,
    Raw(PathAndQuery),
    Decoded(Box<str>),
}

impl Captured {
    pub fn none() -> Self {
        Self { names: Names::Pattern(&[]), text: PathText::None, values: Values::new(), rest: Vec::new() }
    }

    /// Names and values, in the order of the path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values
            .iter()
            .enumerate()
            .filter_map(|(index, span)| Some((self.names.get(index)?, slice(self.text(), span))))
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        let index = match &self.names {
            Names::Pattern(names) => names.iter().position(|known| *known == name),
            Names::Given(names) => names.iter().position(|known| known == name),
        };
        Some(slice(self.text(), self.values.get(index?)?))
    }

    /// The segments of the catch-all.
    pub fn rest(&self) -> impl Iterator<Item = &str> {
        self.rest.iter().map(|span| slice(self.text(), span))
    }

    fn text(&self) -> &str {
        match &self.text {
            PathText::None => "",
            PathText::Raw(path) => path.path(),
            PathText::Decoded(text) => text,
        }
    }
}

/// What the adapter of a handler is called with.
#[derive(Clone)]
pub struct Call {
    http: HttpRequest,
    exchange: Rc<Exchange>,
}

impl Call {
    pub(crate) fn new(http: HttpRequest, exchange: Rc<Exchange>) -> Self {
        Self { http, exchange }
    }

    /// The call that a request belongs to, for extractors that only see the request.
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

    /// Makes the call known to extractors and middleware that look at the request only.
    pub(crate) fn publish(&self) {
        self.http.extensions_mut().insert(Matched(self.exchange.clone()));
    }
}

/// The route that answers a request, in the extensions of the request: for metrics and logs in
/// middleware, after `next.call(request).await`.
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
    /// The pattern as it stands in the attribute, such as `/api/[house]/students`; empty for the
    /// event of a test.
    pub fn pattern(&self) -> &'static str {
        self.0.entry.map_or("", |entry| entry.route.pattern)
    }
}
