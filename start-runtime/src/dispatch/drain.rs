//! Reads and discards what a handler left of a small body, so that the connection stays usable.
//!
//! actix closes a connection if its request was answered before the body was read. A small body is already on its way,
//! so each refused request would cost a connection for no good reason. The drain does not wait for slow clients: if the
//! rest has not arrived after a few polls, the connection closes as before.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::HttpRequest;
use actix_web::dev::{Payload, ServiceResponse};
use actix_web::http::header;
use futures_core::Stream as _;

/// The largest body in bytes that is worth reading only to discard it: 64 KiB.
const SMALL: u64 = 64 * 1024;

/// How many polls the rest of the body may take to arrive.
const POLLS: u8 = 3;

/// A response that is held back until the rest of the body is read.
pub struct Drain {
    payload: Payload,
    response: Option<ServiceResponse>,
    polls: u8,
}

impl Drain {
    /// Whether there is a body to discard. A client that waits for `100 Continue` sends none, and must not be asked for
    /// it.
    pub fn is_needed(payload: &Payload, http: &HttpRequest) -> bool {
        let length = || http.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse::<u64>().ok();
        !matches!(payload, Payload::None)
            && !http.head().expect()
            && length().is_some_and(|length| (1..=SMALL).contains(&length))
    }

    pub fn new(payload: Payload, response: ServiceResponse) -> Self {
        Self { payload, response: Some(response), polls: POLLS }
    }

    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ServiceResponse> {
        loop {
            match Pin::new(&mut self.payload).poll_next(cx) {
                Poll::Ready(Some(Ok(_))) => {}
                Poll::Pending if self.polls > 0 => {
                    self.polls -= 1;
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                _ => return self.response.take().map_or(Poll::Pending, Poll::Ready),
            }
        }
    }
}
