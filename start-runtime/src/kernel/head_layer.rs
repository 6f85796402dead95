//! A layer that looks at requests before others do, and writes into the head of their answers, whatever made these: a
//! handler, an error of middleware, or a panic in it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use actix_service::boxed;
use actix_web::body::BoxBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderMap;
use actix_web::{Error, HttpResponse};
use futures_core::future::LocalBoxFuture;

use super::layer::{Inner, Layer};
use crate::base::panic::catch;
use crate::response::{Outcome, Problem, Response, actix_outcome};

/// What such a layer does with one request.
#[allow(dead_code, reason = "each capability needs some of it")]
pub enum Meeting<N> {
    /// Nothing.
    Pass,
    /// Lets it through, and writes into the head of its answer.
    Write(N),
    /// Answers it.
    Answer(HttpResponse),
    /// Refuses it. The problem is rendered like any other.
    Refuse(Problem),
}

/// The decisions of such a layer.
pub trait Heads: Send + Sync + 'static {
    /// What has to be known of a request when its answer is there.
    type Note: Unpin + 'static;

    fn meet(&self, request: &ServiceRequest) -> Meeting<Self::Note>;

    fn write(&self, note: &Self::Note, headers: &mut HeaderMap);
}

/// The layer.
pub fn head_layer<H: Heads>(heads: H) -> Layer {
    let heads = Arc::new(heads);
    Arc::new(move |inner| {
        let service = HeadService { heads: heads.clone(), inner };
        Box::pin(async { Ok(boxed::service(service)) })
    })
}

struct HeadService<H> {
    heads: Arc<H>,
    inner: Inner,
}

/// An answer that is still to come, or that is there.
enum HeadFuture<H: Heads> {
    Passed(Running),
    Written { running: Running, heads: Arc<H>, note: H::Note },
    Answered(Option<Answer>),
}

type Answer = Result<ServiceResponse<BoxBody>, Error>;
type Running = LocalBoxFuture<'static, Answer>;

impl<H: Heads> Service<ServiceRequest> for HeadService<H> {
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = HeadFuture<H>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&self, request: ServiceRequest) -> HeadFuture<H> {
        let answered = |answer| HeadFuture::Answered(Some(answer));
        match self.heads.meet(&request) {
            Meeting::Pass => HeadFuture::Passed(self.inner.call(request)),
            Meeting::Answer(response) => answered(Ok(request.into_response(response))),
            Meeting::Refuse(problem) => answered(Err(problem.into())),
            Meeting::Write(note) => match catch(|| self.inner.call(request)) {
                Ok(running) => HeadFuture::Written { running, heads: self.heads.clone(), note },
                Err(panic) => answered(written(Err(panicked(&panic)), |headers| self.heads.write(&note, headers))),
            },
        }
    }
}

impl<H: Heads> Future for HeadFuture<H> {
    type Output = Answer;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Answer> {
        match self.get_mut() {
            Self::Passed(running) => running.as_mut().poll(cx),
            Self::Answered(answer) => answer.take().map_or(Poll::Pending, Poll::Ready),
            Self::Written { running, heads, note } => {
                let answer = match catch(|| running.as_mut().poll(cx)) {
                    Ok(poll) => ready!(poll),
                    Err(panic) => Err(panicked(&panic)),
                };
                Poll::Ready(written(answer, |headers| heads.write(note, headers)))
            }
        }
    }
}

fn panicked(text: &str) -> Error {
    Problem::internal(format!("middleware panicked: {text}")).into()
}

fn written(answer: Answer, write: impl FnOnce(&mut HeaderMap)) -> Answer {
    let error = match answer {
        Ok(mut response) => {
            write(response.headers_mut());
            return Ok(response);
        }
        Err(error) => error,
    };
    Err(match actix_outcome(&error) {
        Outcome::Problem(mut problem) => {
            write(problem.headers_mut());
            problem.into()
        }
        Outcome::Response(mut response) => {
            write(response.headers_mut());
            Response::from(response).into()
        }
        Outcome::Empty(_) | Outcome::Missing => error,
    })
}
