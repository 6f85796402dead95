//! The data of one request while a handler works on it.

use std::cell::RefCell;
use std::rc::Rc;

use super::app::Worker;
use super::body::Body;
use super::captured::Captured;
use super::staged::Staged;
use super::table::Entry;

/// The data that the parts of an event share. It never holds the `HttpRequest`, whose extensions may hold it.
pub struct Exchange {
    pub worker: Rc<Worker>,
    pub entry: Option<Entry>,
    pub captured: Captured,
    pub body: RefCell<Body>,
    /// Created when something is staged, which is rare.
    pub staged: RefCell<Option<Box<Staged>>>,
}

impl Exchange {
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
