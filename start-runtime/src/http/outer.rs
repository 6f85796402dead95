//! What a request from outside shares with the requests that are fetched for it.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// A request from outside, as all that is fetched for it sees it. Created when something fetches, or has work to do
/// behind the answer.
#[derive(Default)]
pub struct Outer {
    fetches: Cell<usize>,
    /// Whether a fetch was refused.
    has_refused: Cell<bool>,
    /// Whether the answer was handed over, or nobody waits for it any more.
    is_over: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

/// What a request has whose end does not end the request from outside: a fetched one, and one that middleware may still
/// hold up.
#[derive(Clone)]
pub struct FetchedFor {
    /// How many fetches it is nested in; zero for a request from outside.
    pub depth: usize,
    pub outer: Rc<Outer>,
}

/// Ends a request when it is dropped.
pub struct EndOfOuter(pub Rc<Outer>);

impl Drop for EndOfOuter {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Outer {
    /// A request whose answer was handed over.
    pub fn over() -> Self {
        let outer = Self::default();
        outer.is_over.set(true);
        outer
    }

    /// Counts a fetch. Returns whether there may be one more.
    pub fn may_fetch(&self, most: usize) -> bool {
        let before = self.fetches.get();
        self.fetches.set(before.saturating_add(1));
        before < most
    }

    /// Records that a fetch was refused. Returns whether it is the first one.
    pub fn refuse(&self) -> bool {
        !self.has_refused.replace(true)
    }

    /// The answer was handed over.
    pub fn end(&self) {
        self.is_over.set(true);
        self.waiting.take().into_iter().for_each(Waker::wake);
    }

    pub fn is_over(&self) -> bool {
        self.is_over.get()
    }

    /// Waits until the answer was handed over.
    pub async fn ended(&self) {
        poll_fn(|cx| {
            if self.is_over() {
                return Poll::Ready(());
            }
            let mut waiting = self.waiting.borrow_mut();
            // More than one piece of work may wait, each in a task of its own.
            if !waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
                waiting.push(cx.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }
}
