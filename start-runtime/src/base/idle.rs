//! How long a stream has been silent.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// When the next sign of life is due. The timer is set when the stream begins to be silent, and goes off when it has been
/// silent for as long as the interval.
pub struct Idle {
    interval: Duration,
    is_silent: bool,
    since: Instant,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Idle {
    /// `None` if there are no signs of life.
    pub fn new(interval: Duration) -> Option<Self> {
        (!interval.is_zero()).then(|| Self { interval, is_silent: false, since: Instant::now(), timer: None })
    }

    /// The stream is not silent.
    pub fn spoke(&mut self) {
        self.is_silent = false;
    }

    /// Ready when a sign of life is due.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.is_silent {
            self.is_silent = true;
            self.since = Instant::now();
        }
        let due = self.since + self.interval;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(due)));
        // A timer that is set for an earlier time is left alone until then.
        while timer.as_mut().poll(cx).is_ready() {
            if timer.deadline() >= due {
                self.is_silent = false;
                timer.as_mut().reset(Instant::now() + self.interval);
                return Poll::Ready(());
            }
            timer.as_mut().reset(due);
        }
        Poll::Pending
    }
}
