//! A body of the crate `http-body` as one of actix.

use std::error::Error as StdError;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use http_body::Body;

pub struct Converted<B>(Pin<Box<B>>);

impl<B> Converted<B> {
    pub fn new(body: B) -> Self {
        Self(Box::pin(body))
    }
}

impl<B> MessageBody for Converted<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn StdError>>,
{
    type Error = Box<dyn StdError>;

    fn size(&self) -> BodySize {
        match self.0.size_hint().exact() {
            _ if self.0.is_end_stream() => BodySize::None,
            Some(length) => BodySize::Sized(length),
            None => BodySize::Stream,
        }
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        loop {
            let Some(frame) = ready!(self.0.as_mut().poll_frame(cx)) else { return Poll::Ready(None) };
            // Trailers are not passed on.
            match frame.map(http_body::Frame::into_data) {
                Ok(Ok(piece)) => return Poll::Ready(Some(Ok(piece))),
                Ok(Err(_)) => {}
                Err(error) => return Poll::Ready(Some(Err(error.into()))),
            }
        }
    }
}
