//! The data of one request while a handler works on it.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use actix_web::HttpRequest;

use super::app::Worker;
use super::body::Body;
use super::captured::Captured;
use super::found::Found;
use super::staged::Staged;
use super::table::Entry;
use crate::http::{FetchedFor, Outer};
use crate::transport::Awaiting;

/// The data that the parts of an event share. It never holds the `HttpRequest`, whose extensions may hold it.
pub struct Exchange {
    pub worker: Rc<Worker>,
    pub entry: Option<Entry>,
    pub captured: Captured,
    pub body: RefCell<Body>,
    /// Created when something is staged, which is rare.
    pub staged: RefCell<Option<Box<Staged>>>,
    /// Created when it is asked for, which is rare.
    pub outer: OnceCell<Rc<Outer>>,
    /// What extractor functions have found.
    pub found: RefCell<Found>,
    /// The client, if there is a connection.
    pub client: Option<Awaiting>,
}

impl Exchange {
    /// What the request from outside shares with those that are fetched for it. `http` is the request of this exchange.
    pub fn outer(&self, http: &HttpRequest) -> Rc<Outer> {
        let inherited = || FetchedFor::of(http).map(|fetched| fetched.outer);
        self.outer.get_or_init(|| inherited().unwrap_or_default()).clone()
    }

    /// The route's own limit for bodies, in bytes, if it has one.
    pub fn route_limit(&self) -> Option<usize> {
        self.entry?.route.body_limit
    }

    /// How many bytes of a body may be held in memory.
    pub fn body_limit(&self) -> usize {
        self.route_limit().unwrap_or(self.worker.app.body_limit)
    }

    /// How many bytes a body that is read piece by piece may have.
    pub fn stream_limit(&self) -> u64 {
        self.route_limit().map_or(self.worker.app.stream_limit, |limit| limit as u64)
    }
}
