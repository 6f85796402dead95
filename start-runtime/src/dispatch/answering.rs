//! A request being answered, the line about it in the access log, and what metrics and traces record about it.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Instant;

use actix_http::{Payload, Request, Response as CoreResponse};
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::{Error, HttpMessage as _, HttpResponse};
use futures_core::future::LocalBoxFuture;
use pin_project_lite::pin_project;
use tracing::{Level, Span};

use crate::http::RequestId;
use crate::kernel::observe::{Observation, Sender};
use crate::kernel::{LocalDispatch, Worker};
use crate::transport::{Answer, Wire, paced};

/// A request while it is being answered, whatever answers it.
pub type AnswerFuture = LocalBoxFuture<'static, Result<CoreResponse<Answer>, CoreResponse<BoxBody>>>;

/// Begins to answer a request from a socket before actix would call the service; `Continued` carries the rest.
pub fn begin(worker: &Rc<Worker>, service: &dyn LocalDispatch, request: Request) -> AnswerFuture {
    Box::pin(Logged::begin(worker, Wire::of(&request), request, |request| service.answer(request)))
}

pin_project! {
    #[project = AnsweringProjection]
    pub enum Answering<F> {
        New { #[pin] future: Logged<F> },
        Begun { future: AnswerFuture },
    }
}

impl<F> Future for Answering<F>
where
    F: Future<Output = Result<ServiceResponse, Error>>,
{
    type Output = Result<CoreResponse<Answer>, CoreResponse<BoxBody>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            AnsweringProjection::New { future } => future.poll(cx),
            AnsweringProjection::Begun { future } => future.as_mut().poll(cx),
        }
    }
}

pin_project! {
    /// A request while it is being answered, with its line in the log and its observation by metrics and traces.
    pub struct Logged<F> {
        #[pin]
        future: F,
        log: Option<Box<AccessLog>>,
        observation: Observation,
        wire: Option<Wire>,
    }
}

impl<F> Logged<F> {
    pub fn begin(worker: &Worker, wire: Option<Wire>, mut request: Request, call: impl FnOnce(Request) -> F) -> Self {
        if let Some(wire) = &wire
            && !matches!(request.payload(), Payload::None)
        {
            let body = request.take_payload();
            *request.payload() = paced(body, worker.app.timeouts.body, wire.connection());
        }
        let observation = worker.observer.begin(&request, Sender::Outside);
        let (log, future) = observation.within(|| (AccessLog::begin(&request, &observation), call(request)));
        Self { future, log, observation, wire }
    }
}

impl<F> Future for Logged<F>
where
    F: Future<Output = Result<ServiceResponse, Error>>,
{
    type Output = Result<CoreResponse<Answer>, CoreResponse<BoxBody>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let log = &*this.log;
        let answer = this.observation.within(|| {
            let _entered = log.as_ref().map(|log| log.span.enter());
            this.future.poll(cx)
        });
        answer.map(|answer| {
            if let Ok(response) = &answer {
                this.observation.answered_by(response.request());
            }
            let response = answer.map_or_else(|error| error.error_response(), HttpResponse::from);
            let status = response.status();
            if let Some(log) = this.log.take() {
                this.observation.within(|| log.end(status));
            }
            let response = this.observation.answered(response);
            Ok(Answer::through(this.wire.take(), response.into()))
        })
    }
}

/// What is known about a request when it arrives. Built only if the log records it.
struct AccessLog {
    span: Span,
    method: String,
    path: String,
    started: Instant,
}

impl AccessLog {
    fn begin(request: &Request, observation: &Observation) -> Option<Box<Self>> {
        if !tracing::enabled!(target: "start_runtime::access", Level::INFO) {
            return None;
        }
        let known = request.extensions().get::<RequestId>().cloned();
        let id = known.unwrap_or_else(|| RequestId::new(request.headers()));
        request.extensions_mut().insert(id.clone());
        let trace_id = observation.trace_id();
        Some(Box::new(Self {
            span: tracing::info_span!(target: "start_runtime::access", "request", id = id.text(), trace_id),
            method: request.method().to_string(),
            path: request.path().to_owned(),
            started: Instant::now(),
        }))
    }

    fn end(&self, status: StatusCode) {
        let _entered = self.span.enter();
        let elapsed = self.started.elapsed();
        tracing::info!(target: "start_runtime::access", "{} {} {} {elapsed:.1?}", self.method, self.path, status.as_u16());
    }
}
