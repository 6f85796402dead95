//! A request being answered, the line about it in the access log, and what metrics and traces record about it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use actix_http::{Request, Response as CoreResponse};
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::{Error, HttpResponse};
use pin_project_lite::pin_project;
use tracing::{Level, Span};

use crate::http::RequestId;
use crate::kernel::observe::{Observation, Sender};
use crate::kernel::{AnswerId, Worker};

pin_project! {
    /// A request while it is being answered, with its line in the log and its observation by metrics and traces.
    pub struct Logged<F> {
        #[pin]
        future: F,
        log: Option<Box<AccessLog>>,
        observation: Observation,
        id: AnswerId,
    }
}

impl<F> Logged<F> {
    /// Answers a request from outside by calling the app's service.
    pub fn begin(worker: &Worker, request: Request, call: impl FnOnce(Request) -> F) -> Self {
        let observation = worker.observer.begin(&request, Sender::Outside);
        let id = AnswerId::of(&worker.app, &request);
        let (log, future) = observation.within(|| (AccessLog::begin(&request, &observation), call(request)));
        Self { future, log, observation, id }
    }
}

impl<F> Future for Logged<F>
where
    F: Future<Output = Result<ServiceResponse, Error>>,
{
    type Output = CoreResponse<BoxBody>;

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
            let mut response = this.observation.answered(response);
            this.id.write(response.headers_mut());
            response.into()
        })
    }
}

/// What is known about a request when it arrives. Built only if the log records it.
pub struct AccessLog {
    span: Span,
    method: String,
    path: String,
    started: Instant,
}

impl AccessLog {
    pub fn begin(request: &Request, observation: &Observation) -> Option<Box<Self>> {
        if !tracing::enabled!(target: "start_runtime::access", Level::INFO) {
            return None;
        }
        let id = RequestId::of(request);
        let trace_id = observation.trace_id();
        Some(Box::new(Self {
            span: tracing::info_span!(target: "start_runtime::access", "request", id = id.text(), trace_id),
            method: request.method().to_string(),
            path: request.path().to_owned(),
            started: Instant::now(),
        }))
    }

    pub fn end(&self, status: StatusCode) {
        let _entered = self.span.enter();
        let elapsed = self.started.elapsed();
        tracing::info!(target: "start_runtime::access", "{} {} {} {elapsed:.1?}", self.method, self.path, status.as_u16());
    }
}
