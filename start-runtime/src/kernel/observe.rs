//! Who watches requests: metrics, traces, whatever else a capability brings.
//!
//! The pattern of the route is known only inside, the answer only outside: a handle in the extensions of the request
//! carries the pattern out, also when middleware fails or the client hangs up. Where nobody watches, each call here is
//! one branch.

use std::any::Any;
use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use actix_http::Request;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use smallvec::SmallVec;

use super::watched_body::watch;

/// Makes the watcher of one worker.
pub type MakeWatcher = Arc<dyn Fn() -> Box<dyn Watcher> + Send + Sync>;

/// Looks at the requests of one worker.
pub trait Watcher {
    /// A request comes in; `None` if this one is of no interest.
    fn begin(&self, request: &Request, sender: Sender) -> Option<Box<dyn Watch>>;

    /// Adds to the headers of a fetched request what ties it to the work that is current.
    fn carry(&self, _headers: &mut HeaderMap) {}
}

/// Looks at one request.
pub trait Watch {
    /// The route that answers is known. Again, with another pattern, if the answer is left to a page.
    fn found(&self, pattern: Cow<'static, str>);

    /// The work for the request goes on, until the returned guard is dropped: one poll, because many requests share a
    /// thread.
    fn enter(&self) -> Option<Guard> {
        None
    }

    /// The same for work that may run elsewhere, as in a task of its own: what is current there already stays so.
    fn enter_if_outside(&self) -> Option<Guard> {
        None
    }

    /// What the route found out about the request, by the name that OpenTelemetry's conventions have for it. A client
    /// may have chosen the value.
    fn describe(&self, _name: &'static str, _value: &str) {}

    /// The trace that the request belongs to, for the log: 32 hex digits.
    fn trace_id(&self) -> Option<String> {
        None
    }

    /// Nothing more will come of the request. Called once.
    fn end(&self, end: End);
}

/// Keeps something current until it is dropped.
pub type Guard = Box<dyn Any>;

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A client, or a test in its place.
    Outside,
    /// A handler of this program.
    Fetch {
        /// Whether the handler has put the request into a trace itself.
        #[allow(dead_code, reason = "only traces ask")]
        own_trace: bool,
    },
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
    /// The status of the answer, if its head was there.
    #[allow(dead_code, reason = "watchers ask")]
    pub fn status(self) -> Option<StatusCode> {
        match self {
            Self::Left => None,
            Self::Answered(status) | Self::BrokenOff(status) => Some(status),
        }
    }
}

/// The watchers of one worker.
pub struct Observer(Box<[Box<dyn Watcher>]>);

/// A request that is watched, if anybody wants it, until this is dropped: with the last piece of the answer, or before
/// there is one, because the client has left.
pub struct Observation(Option<Box<Watched>>);

struct Watched {
    watches: Watches,
    end: End,
}

/// The watches of one request; in its extensions, too.
#[derive(Clone)]
struct Watches(Rc<Shared>);

struct Shared {
    all: SmallVec<[Box<dyn Watch>; 2]>,
    is_found: Cell<bool>,
}

type Guards = SmallVec<[Guard; 1]>;

impl Observer {
    pub fn new(makers: &[MakeWatcher]) -> Self {
        Self(makers.iter().map(|make| make()).collect())
    }

    /// A request comes in.
    pub fn begin(&self, request: &Request, sender: Sender) -> Observation {
        if self.0.is_empty() {
            return Observation(None);
        }
        let all: SmallVec<[Box<dyn Watch>; 2]> =
            self.0.iter().filter_map(|watcher| watcher.begin(request, sender)).collect();
        if all.is_empty() {
            return Observation(None);
        }
        let watches = Watches(Rc::new(Shared { all, is_found: Cell::new(false) }));
        request.extensions_mut().insert(watches.clone());
        Observation(Some(Box::new(Watched { watches, end: End::Left })))
    }

    /// The router has found a route.
    pub fn found(&self, http: &HttpRequest, pattern: &'static str) {
        if let Some(watches) = self.watches(http) {
            watches.found(pattern.into());
        }
    }

    /// A route has found out something about its request.
    #[allow(dead_code, reason = "capabilities use it")]
    pub fn describe(&self, http: &HttpRequest, name: &'static str, value: &str) {
        if let Some(watches) = self.watches(http) {
            watches.0.all.iter().for_each(|watch| watch.describe(name, value));
        }
    }

    /// Runs a piece of the work for a request, below what is current. Where nothing is, as in a task of its own, the
    /// request itself is.
    pub fn on_behalf_of<T>(&self, http: &HttpRequest, work: impl FnOnce() -> T) -> T {
        if self.0.is_empty() {
            return work();
        }
        let watches = self.watches(http);
        let _guards: Guards = watches
            .iter()
            .flat_map(|watches| watches.0.all.iter())
            .filter_map(|watch| watch.enter_if_outside())
            .collect();
        work()
    }

    /// Ties a fetched request to the work that is current.
    pub fn carry(&self, headers: &mut HeaderMap) {
        self.0.iter().for_each(|watcher| watcher.carry(headers));
    }

    fn watches(&self, http: &HttpRequest) -> Option<Watches> {
        if self.0.is_empty() { None } else { http.extensions().get::<Watches>().cloned() }
    }
}

impl Watches {
    fn found(&self, pattern: Cow<'static, str>) {
        self.0.is_found.set(true);
        self.0.all.iter().for_each(|watch| watch.found(pattern.clone()));
    }
}

impl Observation {
    /// Runs a piece of the work for the request, as the current one of the thread.
    pub fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        let Some(watched) = &self.0 else { return work() };
        let _guards: Guards = watched.watches.0.all.iter().filter_map(|watch| watch.enter()).collect();
        work()
    }

    /// The trace that the request belongs to, for the log.
    pub fn trace_id(&self) -> Option<String> {
        self.0.as_ref()?.watches.0.all.iter().find_map(|watch| watch.trace_id())
    }

    /// A service of `Start::configure` may have answered: then the pattern is one of actix's.
    pub fn answered_by(&self, http: &HttpRequest) {
        if let Some(watched) = &self.0
            && !watched.watches.0.is_found.get()
            && let Some(pattern) = http.match_pattern()
        {
            watched.watches.found(pattern.into());
        }
    }

    /// The answer is there. One that is still to be made, piece by piece, is watched to its end.
    pub fn answered(&mut self, response: HttpResponse) -> HttpResponse {
        let Some(mut watched) = self.0.take() else { return response };
        watched.end = End::Answered(response.status());
        response.map_body(|_, body| watch(body, Self(Some(watched))))
    }

    /// The rest of the answer could not be made.
    pub fn breaks_off(&mut self) {
        if let Some(watched) = &mut self.0
            && let End::Answered(status) = watched.end
        {
            watched.end = End::BrokenOff(status);
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.watches.0.all.iter().for_each(|watch| watch.end(self.end));
    }
}
