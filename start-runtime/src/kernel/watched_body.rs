//! Watches the body of a response that is sent piece by piece until it ends.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;

use super::observe::Observation;

/// Attaches the observation to a body that is sent piece by piece. If the body is complete already, the request is
/// over, and the observation ends here.
pub fn watch(body: BoxBody, observation: Observation) -> BoxBody {
    if matches!(body.size(), BodySize::None | BodySize::Sized(0)) {
        return body;
    }
    match body.try_into_bytes() {
        Ok(bytes) => BoxBody::new(bytes),
        Err(body) => BoxBody::new(WatchedBody { body, observation: Some(observation) }),
    }
}

struct WatchedBody {
    body: BoxBody,
    observation: Option<Observation>,
}

impl MessageBody for WatchedBody {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let Self { body, observation } = &mut *self;
        let piece = match observation {
            Some(observation) => observation.within(|| body.as_pin_mut().poll_next(cx)),
            None => body.as_pin_mut().poll_next(cx),
        };
        match &piece {
            Poll::Ready(None) => *observation = None,
            Poll::Ready(Some(Err(_))) => {
                if let Some(mut observation) = observation.take() {
                    observation.breaks_off();
                }
            }
            Poll::Ready(Some(Ok(_))) | Poll::Pending => {}
        }
        piece
    }
}
