//! Answers that come piece by piece, and the streams in them.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use futures_core::stream::LocalBoxStream;

use crate::base::panic::catch;
use crate::kernel::ProducedItem;
use crate::response::Problem;

/// What a stream yields.
pub type Items = LocalBoxStream<'static, Result<ProducedItem, Problem>>;

/// Polls for the next item. A panic is an error, and the last item.
pub fn poll_item(items: &mut Items, path: &str, cx: &mut Context<'_>) -> Poll<Option<Result<ProducedItem, Problem>>> {
    catch(|| items.as_mut().poll_next(cx)).unwrap_or_else(|panic| {
        Poll::Ready(Some(Err(Problem::internal(format!("the stream of `{path}` panicked: {panic}")))))
    })
}

/// Waits for the next item.
pub async fn next_item(items: &mut Items, path: &str) -> Option<Result<ProducedItem, Problem>> {
    poll_fn(|cx| poll_item(items, path, cx)).await
}

/// What makes the pieces of a body.
pub trait Pieces: Unpin + 'static {
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>>;
}

struct Body<P>(P);

impl<P: Pieces> MessageBody for Body<P> {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        self.0.poll_piece(cx).map(|piece| piece.map(Ok))
    }
}

/// An answer that comes piece by piece. Its status is 200, whatever happens in it.
pub fn response(pieces: impl Pieces, content_type: &'static str) -> HttpResponse {
    let mut response = HttpResponse::with_body(StatusCode::OK, BoxBody::new(Body(pieces)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    // Middleware that compresses leaves alone what has a coding; this one is none, and not sent.
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("identity"));
    response
}
