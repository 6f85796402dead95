//! The body of a request from a socket, with a limit to the patience of whoever reads it.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_http::Payload;
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_core::Stream;
use tokio::time::Instant;

use super::clock::Clock;
use super::connection::Connection;
use crate::base::timeouts::Patience;

/// A body that breaks off when its client is too slow, whoever reads it. Nothing waits, and no timer
/// is made, while nobody reads.
struct Paced {
    body: Payload,
    patience: Patience,
    waits_since: Option<Instant>,
    clock: Clock,
    connection: Rc<Connection>,
    is_over: bool,
}

/// Puts a body under the timeout.
pub fn paced(body: Payload, timeout: Duration, connection: &Rc<Connection>) -> Payload {
    let payload = Box::pin(Paced {
        body,
        patience: Patience::new(timeout),
        waits_since: None,
        clock: Clock::default(),
        connection: connection.clone(),
        is_over: false,
    });
    Payload::Stream { payload }
}

impl Paced {
    fn poll_wait(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, PayloadError>>> {
        let since = *self.waits_since.get_or_insert_with(Instant::now);
        match self.patience.left() {
            // The messages of a WebSocket come when they come.
            _ if self.connection.is_upgraded() => Poll::Pending,
            Some(left) if self.clock.has_come(since + left, cx) => {
                self.is_over = true;
                self.connection.give_up();
                Poll::Ready(Some(Err(PayloadError::Io(io::ErrorKind::TimedOut.into()))))
            }
            _ => Poll::Pending,
        }
    }

    /// The gate knows better than actix why a body broke off.
    fn reason(&self, error: PayloadError) -> PayloadError {
        match self.connection.broken() {
            Some(refusal) => PayloadError::Io(io::Error::new(io::ErrorKind::InvalidData, refusal.detail)),
            None => error,
        }
    }
}

impl Stream for Paced {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.is_over {
            return Poll::Ready(None);
        }
        match Pin::new(&mut this.body).poll_next(cx) {
            Poll::Pending => this.poll_wait(cx),
            Poll::Ready(Some(Ok(bytes))) => {
                let waited = this.waits_since.take().map_or(Duration::ZERO, |since| since.elapsed());
                this.patience.received(bytes.len(), waited);
                Poll::Ready(Some(Ok(bytes)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(this.reason(error)))),
            Poll::Ready(None) => Poll::Ready(None),
        }
    }
}
