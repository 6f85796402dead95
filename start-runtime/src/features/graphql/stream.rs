//! GraphQL over Server-Sent Events, the mode of distinct connections: one stream has the answers to one operation.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::Bytes;
use async_graphql::ServerError;
use futures_core::Stream;
use serde::Serialize;
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::{Interval, MissedTickBehavior, interval_at};

use super::answer::Body;
use super::ask::{self, Asked};
use super::handle::Handling;
use super::media::Media;
use super::refusal::{Ended, Refusal};
use super::schema::GraphqlSchema;
use super::task;
use crate::response::Response;

/// How many events may wait for a client that reads slowly. Then its operations wait as well.
pub const WAITING: usize = 16;

/// A comment keeps a connection open that proxies take for idle.
const KEEP_ALIVE: Duration = Duration::from_secs(12);

/// Executes the operation, and streams its answers.
pub async fn answer<S: GraphqlSchema>(handling: Rc<Handling<S>>) -> Result<HttpResponse, Ended> {
    let Asked::One(request) = ask::read(&handling.event, &handling.graphql.limits, &handling.graphql.documents).await?
    else {
        return Err(Refusal::malformed("a stream has the answers to one request, and the body is a list").into());
    };
    let (sender, receiver) = mpsc::channel(WAITING);
    let ready = match handling.ready(*request).await {
        Ok(ready) => ready,
        // An `EventSource` cannot read an answer that is no stream.
        Err(Ended::Refused(Refusal { is_fixed: false, errors, .. })) => {
            let all = [next(&Body::refused(errors)), complete()];
            let stream = futures_util::stream::iter(all.map(Ok::<_, std::convert::Infallible>));
            return Ok(events(stream));
        }
        Err(ended) => return Err(ended),
    };
    let failing = sender.clone();
    let event = handling.event.clone();
    let work = async move {
        handling.stream(ready, async |body| sender.send(next(&body)).await.is_ok()).await;
        let _ = sender.send(complete()).await;
    };
    let task = task::begin(&event, work, async move || {
        let _ = failing.send(next(&panicked())).await;
        let _ = failing.send(complete()).await;
    });
    Ok(events(Events::new(receiver, task)))
}

/// What a client is told of a resolver's panic.
pub fn panicked() -> Body {
    Body::refused(vec![ServerError::new("Internal Server Error", None)])
}

/// An answer that is a stream of events (HTML, section 9.2).
pub fn events<E: Into<Box<dyn std::error::Error>> + 'static>(
    stream: impl Stream<Item = Result<Bytes, E>> + 'static,
) -> HttpResponse {
    Response::stream(stream)
        .content_type(Media::Events.content_type())
        .header("cache-control", "no-cache")
        // nginx would collect the events.
        .header("x-accel-buffering", "no")
        .into()
}

fn next(body: &Body) -> Bytes {
    event("next", body)
}

fn complete() -> Bytes {
    Bytes::from_static(b"event: complete\ndata:\n\n")
}

/// An event of a stream that has several operations.
pub fn next_of(id: &str, body: &Body) -> Bytes {
    event("next", &json!({ "id": id, "payload": body }))
}

pub fn complete_of(id: &str) -> Bytes {
    event("complete", &json!({ "id": id }))
}

/// JSON has no line breaks, so it is one line of data.
fn event(name: &str, data: &impl Serialize) -> Bytes {
    let data = serde_json::to_string(data).unwrap_or_default();
    format!("event: {name}\ndata: {data}\n\n").into()
}

/// The body of a stream. `kept` lives as long as the client reads.
pub struct Events<T> {
    receiver: mpsc::Receiver<Bytes>,
    alive: Interval,
    _kept: T,
}

impl<T> Events<T> {
    pub fn new(receiver: mpsc::Receiver<Bytes>, kept: T) -> Self {
        let mut alive = interval_at(tokio::time::Instant::now() + KEEP_ALIVE, KEEP_ALIVE);
        alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { receiver, alive, _kept: kept }
    }
}

impl<T: Unpin> Stream for Events<T> {
    type Item = Result<Bytes, std::convert::Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(event) = self.receiver.poll_recv(cx) {
            self.alive.reset();
            return Poll::Ready(event.map(Ok));
        }
        self.alive.poll_tick(cx).map(|_| Some(Ok(Bytes::from_static(b":\n\n"))))
    }
}
