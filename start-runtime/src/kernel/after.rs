//! How much work is going on behind answers.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// The work behind the answers of a program, counted so that the stop of the program waits for it.
#[derive(Default)]
pub struct AfterWork {
    count: AtomicUsize,
    done: Notify,
}

impl AfterWork {
    /// How many pieces there are.
    pub fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    /// Waits until there is none.
    pub async fn all_done(&self) {
        loop {
            let mut done = pin!(self.done.notified());
            // From here on, no notification is missed.
            done.as_mut().enable();
            if self.count() == 0 {
                return;
            }
            done.await;
        }
    }
}

/// A piece of work, as long as this is there.
pub struct OnePiece(Arc<AfterWork>);

impl OnePiece {
    pub fn new(all: Arc<AfterWork>) -> Self {
        all.count.fetch_add(1, Ordering::SeqCst);
        Self(all)
    }
}

impl Drop for OnePiece {
    fn drop(&mut self) {
        if self.0.count.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.done.notify_waiters();
        }
    }
}
