//! A body that ends with an error where it gets too large, whoever reads it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_core::Stream;

/// A payload of at most so many bytes; [`PayloadError::Overflow`] before one more is handed on.
pub struct Capped {
    payload: Payload,
    left: u64,
    over: bool,
}

impl Capped {
    /// A body that is announced to be larger is over the limit before anything of it is read.
    pub fn new(payload: Payload, http: &HttpRequest, limit: u64) -> Self {
        Self { payload, left: limit, over: declared_length(http).is_some_and(|length| length > limit) }
    }

    /// The same as a payload of actix.
    pub fn into_payload(self) -> Payload {
        Payload::Stream { payload: Box::pin(self) }
    }

    /// Whether the limit was passed.
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

/// What the Content-Length header says.
pub fn declared_length(http: &HttpRequest) -> Option<u64> {
    http.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
