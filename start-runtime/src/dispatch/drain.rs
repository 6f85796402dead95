//! What a handler left of a small body is read away, so that the connection stays usable.
//!
//! actix closes a connection whose request was answered before its body had been read. For a small
//! body, which is already on its way, that would cost each refused request its connection. Nothing
//! waits for a slow client: what is not there after a few polls ends the connection as before.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::HttpRequest;
use actix_web::dev::{Payload, ServiceResponse};
use actix_web::http::header;
use futures_core::Stream as _;

/// A body above this is not worth reading for nothing.
const SMALL: u64 = 64 * 1024;

/// How often the dispatcher may come by with more of the body.
const POLLS: u8 = 3;

/// A response that waits for the rest of a body.
pub struct Drain {
    payload: Payload,
    response: Option<ServiceResponse>,
    polls: u8,
}

impl Drain {
    /// Whether there is anything to read away. A client that waits for `100 Continue` sends nothing,
    /// and is not to be told to.
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
