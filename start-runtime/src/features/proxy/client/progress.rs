//! How far a request has got.

use std::cell::{Cell, RefCell};
use std::task::{Context, Waker};

use tokio::time::Instant;

use crate::response::Problem;

/// Shared by a request, its body and its connection.
#[derive(Default)]
pub struct Progress {
    /// Whether the body was handed to the connection, all of it.
    is_handed_over: Cell<bool>,
    /// When the last byte was written.
    sent_at: Cell<Option<Instant>>,
    waiting: RefCell<Option<Waker>>,
    /// Why there is no more of the body.
    broken: RefCell<Option<Problem>>,
}

impl Progress {
    /// The request goes to a connection, perhaps not the first one.
    pub fn begin(&self, is_whole: bool) {
        self.is_handed_over.set(is_whole);
        self.sent_at.set(None);
    }

    /// The body is complete.
    pub fn hand_over(&self) {
        self.is_handed_over.set(true);
    }

    pub fn is_handed_over(&self) -> bool {
        self.is_handed_over.get()
    }

    /// The connection has written all that it had.
    pub fn flushed(&self) {
        if self.is_handed_over.get() && self.sent_at.get().is_none() {
            self.sent_at.set(Some(Instant::now()));
            if let Some(waker) = self.waiting.take() {
                waker.wake();
            }
        }
    }

    /// When the request was written. Wakes the task if it is not yet.
    pub fn poll_sent(&self, cx: &Context<'_>) -> Option<Instant> {
        if self.sent_at.get().is_none() {
            self.waiting.replace(Some(cx.waker().clone()));
        }
        self.sent_at.get()
    }

    /// The body has ended before its end.
    pub fn break_off(&self, problem: Problem) {
        self.broken.borrow_mut().get_or_insert(problem);
    }

    /// Why the body has ended before its end.
    pub fn take_broken(&self) -> Option<Problem> {
        self.broken.take()
    }
}
