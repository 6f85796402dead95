//! An operation that goes on by itself, until it ends or what waits for it is dropped.

use std::future::poll_fn;
use std::task::Poll;

use tokio::task::AbortHandle;

use crate::base::panic::{catch, drop_quietly};
use crate::event::APIEvent;

/// Aborts the operation when it is dropped.
pub struct Task(Option<AbortHandle>);

impl Task {
    /// Lets the operation end by itself.
    pub fn leave(mut self) {
        self.0.take();
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if let Some(handle) = &self.0 {
            handle.abort();
        }
    }
}

/// Begins an operation on the worker's thread. A panic in it is logged; then `failed` is done.
pub fn begin(event: &APIEvent, work: impl Future<Output = ()> + 'static, failed: impl AsyncFnOnce() + 'static) -> Task {
    let subject = format!("an operation of {} {}", event.request.method(), event.request.path());
    let task = async move {
        let mut work = Box::pin(work);
        let done = poll_fn(|cx| match catch(|| work.as_mut().poll(cx)) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        });
        let done = done.await;
        drop_quietly(work, &subject);
        if let Err(panic) = done {
            tracing::error!(target: "start_runtime::problem", "{subject} panicked: {panic}");
            failed().await;
        }
    };
    Task(Some(actix_web::rt::spawn(task).abort_handle()))
}
