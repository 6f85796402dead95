//! One timer for a connection, set anew only when it goes off.

use std::pin::Pin;
use std::task::Context;

use tokio::time::{Instant, Sleep, sleep_until};

/// A timer that is made when it is needed first. A deadline that moves on, as that of a busy
/// connection does at each request, leaves it as it is: going off too early, it is set again.
#[derive(Default)]
pub struct Clock {
    sleep: Option<Pin<Box<Sleep>>>,
    set_for: Option<Instant>,
}

impl Clock {
    /// Whether the task will be woken by a deadline, without looking whether it has come.
    pub fn is_set_for(&self, deadline: Instant) -> bool {
        self.set_for.is_some_and(|set_for| set_for <= deadline)
    }

    /// Whether a deadline has come; if not, the task is woken at that time, or before.
    pub fn has_come(&mut self, deadline: Instant, cx: &mut Context<'_>) -> bool {
        loop {
            let is_set = self.is_set_for(deadline);
            let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
            if !is_set {
                sleep.as_mut().reset(deadline);
                self.set_for = Some(deadline);
            }
            if sleep.as_mut().poll(cx).is_pending() {
                return false;
            }
            self.set_for = None;
            if Instant::now() >= deadline {
                return true;
            }
        }
    }
}
