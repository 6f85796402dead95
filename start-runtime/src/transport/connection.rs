//! What the stream of a connection and the service that answers its requests know of each other.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Waker};

use super::gate::Refusal;
use super::stopping::Stopping;

/// One connection; `Rc`, because it stays in its worker.
pub struct Connection {
    /// Requests that went to actix.
    passed: Cell<u64>,
    /// Those whose answer is complete.
    answered: Cell<u64>,
    /// Whether what goes on here is another protocol.
    is_upgraded: Cell<bool>,
    /// Whether the rest of what the client sends is not waited for.
    is_given_up: Cell<bool>,
    /// Why the body that is being read has no end.
    broken: RefCell<Option<Refusal>>,
    /// The connection's task, while its stream waits for an answer to be complete.
    waiting: RefCell<Option<Waker>>,
    stopping: Arc<Stopping>,
}

impl Connection {
    pub fn new(stopping: Arc<Stopping>) -> Rc<Self> {
        Rc::new(Self {
            passed: Cell::new(0),
            answered: Cell::new(0),
            is_upgraded: Cell::new(false),
            is_given_up: Cell::new(false),
            broken: RefCell::new(None),
            waiting: RefCell::new(None),
            stopping,
        })
    }

    pub fn stopping(&self) -> &Arc<Stopping> {
        &self.stopping
    }

    pub fn pass(&self, requests: u64) {
        self.passed.set(self.passed.get() + requests);
    }

    pub fn answered(&self) -> u64 {
        self.answered.get()
    }

    /// Whether a request is unanswered.
    pub fn is_busy(&self) -> bool {
        self.passed.get() != self.answered.get()
    }

    /// Wakes the stream when an answer is complete.
    pub fn wait(&self, cx: &Context<'_>) {
        *self.waiting.borrow_mut() = Some(cx.waker().clone());
    }

    /// From now on another protocol is spoken.
    pub fn upgrade(&self) {
        self.is_upgraded.set(true);
    }

    pub fn is_upgraded(&self) -> bool {
        self.is_upgraded.get()
    }

    /// The connection ends with the answer to the request that is being answered.
    pub fn give_up(&self) {
        self.is_given_up.set(true);
    }

    pub fn is_given_up(&self) -> bool {
        self.is_given_up.get()
    }

    /// The body that is being read breaks off, because of this.
    pub fn break_body(&self, refusal: Refusal) {
        self.give_up();
        *self.broken.borrow_mut() = Some(refusal);
    }

    pub fn broken(&self) -> Option<Refusal> {
        self.broken.borrow().clone()
    }
}

/// A request of a connection, until its answer is complete.
pub struct OpenRequest(Rc<Connection>);

impl OpenRequest {
    pub fn new(connection: Rc<Connection>) -> Self {
        Self(connection)
    }

    pub fn connection(&self) -> &Rc<Connection> {
        &self.0
    }
}

impl Drop for OpenRequest {
    fn drop(&mut self) {
        self.0.answered.set(self.0.answered.get() + 1);
        if let Some(waker) = self.0.waiting.borrow_mut().take() {
            waker.wake();
        }
    }
}
