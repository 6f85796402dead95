//! Does on the worker's thread what resolvers ask of the event, while they are executed.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::resolver_event::Event;
use crate::event::APIEvent;

/// Runs `work` to its end, and what it asks of the event; also what it has asked for last.
pub async fn run<T>(event: APIEvent, handle: &Event, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut errands = FuturesUnordered::new();
    let output = poll_fn(|cx| {
        if let Poll::Ready(output) = work.as_mut().poll(cx) {
            return Poll::Ready(output);
        }
        loop {
            if let Poll::Ready(jobs) = handle.poll_jobs(cx) {
                errands.extend(jobs.into_iter().map(|job| job(event.clone())));
            } else if !matches!(errands.poll_next_unpin(cx), Poll::Ready(Some(()))) {
                return Poll::Pending;
            }
        }
    })
    .await;
    errands.extend(handle.end().into_iter().map(|job| job(event.clone())));
    while errands.next().await.is_some() {}
    output
}
