//! A body that ends with an error once it exceeds its limit, whatever reads it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_core::Stream;

/// A payload with a limit in bytes. Returns [`PayloadError::Overflow`] in place of the piece that exceeds it.
pub struct Capped {
    payload: Payload,
    left: u64,
    over: bool,
}

impl Capped {
    /// Caps a payload. If the Content-Length is above the limit, the error comes before anything is read.
    pub fn new(payload: Payload, http: &HttpRequest, limit: u64) -> Self {
        Self { payload, left: limit, over: declared_length(http).is_some_and(|length| length > limit) }
    }

    /// Returns this as a payload of actix.
    pub fn into_payload(self) -> Payload {
        Payload::Stream { payload: Box::pin(self) }
    }

    /// Whether the limit was exceeded.
    pub fn is_over(&self) -> bool {
        self.over
    }
}

impl Stream for Capped {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.over {
            return Poll::Ready(Some(Err(PayloadError::Overflow)));
        }
        let chunk = ready!(Pin::new(&mut self.payload).poll_next(cx));
        if let Some(Ok(chunk)) = &chunk {
            match self.left.checked_sub(chunk.len() as u64) {
                Some(left) => self.left = left,
                None => {
                    self.over = true;
                    return Poll::Ready(Some(Err(PayloadError::Overflow)));
                }
            }
        }
        Poll::Ready(chunk)
    }
}

/// The value of the Content-Length header, if it is a number.
pub fn declared_length(http: &HttpRequest) -> Option<u64> {
    http.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
