//! `Expect: 100-continue` (RFC 9110, section 10.1.1): the client is asked to send its body when something begins to
//! read the body, and not before. If a request is refused without reading its body, the body is never sent.

use std::cell::Cell;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_http::{Payload, Request, Response};
use actix_web::HttpMessage as _;
use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::dev::{Service, ServiceFactory};
use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use futures_core::Stream;

use super::answering::{AnswerFuture, begin};
use crate::kernel::Worker;

/// Runs the app before the client is asked to continue.
pub struct Expect(pub Rc<Worker>);

impl ServiceFactory<Request> for Expect {
    type Response = Request;
    type Error = Response<BoxBody>;
    type Config = ();
    type Service = Self;
    type InitError = Response<BoxBody>;
    type Future = Ready<Result<Self, Self::InitError>>;

    fn new_service(&self, (): ()) -> Self::Future {
        ready(Ok(Self(self.0.clone())))
    }
}

impl Service<Request> for Expect {
    type Response = Request;
    type Error = Response<BoxBody>;
    type Future = ContinueFuture;

    fn poll_ready(&self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&self, mut request: Request) -> ContinueFuture {
        let is_wanted = Rc::new(Cell::new(false));
        let body = Wanted { body: request.take_payload(), is_wanted: is_wanted.clone() };
        *request.payload() = Payload::Stream { payload: Box::pin(body) };
        let answering = self.0.service().map(|service| begin(&self.0, &*service, request));
        ContinueFuture { answering, is_wanted }
    }
}

/// A request while it is being answered, until its body is wanted.
pub struct ContinueFuture {
    answering: Option<AnswerFuture>,
    is_wanted: Rc<Cell<bool>>,
}

impl Future for ContinueFuture {
    /// An error is the response: actix sends it without a `100 Continue` before it.
    type Output = Result<Request, Response<BoxBody>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // The app is gone when the server stops: then nothing can answer.
        let Some(answering) = &mut self.answering else {
            return Poll::Ready(Err(Response::new(StatusCode::SERVICE_UNAVAILABLE)));
        };
        match answering.as_mut().poll(cx) {
            Poll::Ready(Ok(response)) => Poll::Ready(Err(response.map_body(|_, body| body.boxed()))),
            Poll::Ready(Err(response)) => Poll::Ready(Err(response)),
            Poll::Pending if self.is_wanted.get() => {
                let request = Request::new();
                if let Some(answering) = self.answering.take() {
                    request.extensions_mut().insert(Continued(answering));
                }
                Poll::Ready(Ok(request))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

/// In the extensions of a request that stands for one that is already being answered.
pub struct Continued(pub AnswerFuture);

/// A body that records when something begins to read it.
struct Wanted {
    body: Payload,
    is_wanted: Rc<Cell<bool>>,
}

impl Stream for Wanted {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.is_wanted.set(true);
        Pin::new(&mut self.body).poll_next(cx)
    }
}
