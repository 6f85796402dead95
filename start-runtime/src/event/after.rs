//! Work behind the answer.

use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;

use tracing::Instrument as _;

use super::APIEvent;
use crate::base::panic::{catch, drop_quietly};
use crate::http::{Outer, RequestId};
use crate::kernel::OnePiece;

impl APIEvent {
    /// Does some work behind the answer: the client does not wait for it.
    ///
    /// The work begins when the answer of the request from outside was handed to its connection, also if this event is
    /// that of a fetched route. It begins whatever the answer is, and also if the handler panics, takes too long, or
    /// loses its client. Each piece of work is a task of its own on the worker's thread: it must not block, and
    /// [`Start::request_timeout`](crate::Start::request_timeout) does not apply to it. A panic is logged.
    ///
    /// A server that stops waits for the work, at most until
    /// [`Start::shutdown_timeout`](crate::Start::shutdown_timeout), and logs how many pieces were cut off. Work that
    /// must not be lost belongs into a queue on disk. Tests wait with
    /// [`TestApp::after_work`](crate::test::TestApp::after_work).
    ///
    /// ```
    /// use start_runtime::prelude::*;
    ///
    /// #[api_route("/api/letters")]
    /// async fn POST(event: APIEvent) -> Result<StatusCode, Problem> {
    ///     let letter = event.request.text().await?;
    ///     event.after(async move {
    ///         if let Err(error) = send(&letter).await {
    ///             eprintln!("the letter was not sent: {error}");
    ///         }
    ///     });
    ///     Ok(StatusCode::ACCEPTED)
    /// }
    /// # async fn send(_: &str) -> std::io::Result<()> { Ok(()) }
    /// # fn main() {}
    /// ```
    pub fn after(&self, work: impl Future<Output = ()> + 'static) {
        let call = self.request.call();
        let piece = OnePiece::new(call.exchange().worker.app.after.clone());
        let subject = format!("the work behind the answer to {} {}", self.request.method(), self.request.path());
        let (id, outer) = (RequestId::of(call.http()), call.exchange().outer(call.http()));
        // Not a child of the request's span: that one ends with the request.
        let span = tracing::info_span!(target: "start_runtime::access", parent: None, "after", id = id.text());
        span.follows_from(tracing::Span::current());
        let task = run(work, outer, subject.clone(), id).instrument(span);
        let task = async move {
            task.await;
            drop(piece);
        };
        if let Err(reason) = catch(|| actix_web::rt::spawn(task)) {
            tracing::error!("{subject} was not begun: {reason}");
        }
    }
}

async fn run(work: impl Future<Output = ()>, outer: Rc<Outer>, subject: String, id: RequestId) {
    outer.ended().await;
    let mut work = Box::pin(work);
    let done = poll_fn(|cx| match catch(|| work.as_mut().poll(cx)) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => std::task::Poll::Ready(Err(panic)),
    });
    if let Err(panic) = pin!(done).await {
        tracing::error!(target: "start_runtime::problem", request_id = id.text(), "{subject} panicked: {panic}");
    }
    drop_quietly(work, &subject);
}
