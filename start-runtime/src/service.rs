//! The outermost service of a worker: shared with `event.fetch`, and the place of the access log, of metrics
//! and of traces.

use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};
use std::time::Instant;

use actix_http::{Request, Response as CoreResponse};
use actix_web::body::BoxBody;
use actix_web::dev::{AppConfig, Service, ServiceFactory, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::{Error, HttpMessage as _, HttpResponse};
use futures_core::future::LocalBoxFuture;
use pin_project_lite::pin_project;
use tracing::{Level, Span};

use crate::app::Worker;
use crate::event::RequestId;
use crate::observe::{Observation, Sender};

/// A service that can be called in process.
pub trait LocalDispatch {
    /// Answers a request as if it had come from a socket.
    fn dispatch(&self, request: Request) -> LocalBoxFuture<'static, HttpResponse>;
}

/// Makes the outermost service out of an actix app's.
pub struct Outermost<F> {
    pub app: F,
    pub worker: Rc<Worker>,
}

/// The outermost service.
pub struct SharedService<S> {
    service: Rc<S>,
    worker: Rc<Worker>,
}

impl<F, S> ServiceFactory<Request> for Outermost<F>
where
    F: ServiceFactory<
            Request,
            Config = AppConfig,
            Response = ServiceResponse,
            Error = Error,
            InitError = (),
            Service = S,
        >,
    F::Future: 'static,
    S: Service<Request, Response = ServiceResponse, Error = Error> + 'static,
    S::Future: 'static,
{
    type Response = CoreResponse<BoxBody>;
    type Error = Error;
    type Config = AppConfig;
    type Service = SharedService<S>;
    type InitError = ();
    type Future = LocalBoxFuture<'static, Result<Self::Service, ()>>;

    fn new_service(&self, config: AppConfig) -> Self::Future {
        let service = self.app.new_service(config);
        let worker = self.worker.clone();
        Box::pin(async move {
            let service = Rc::new(service.await?);
            let weak: Weak<S> = Rc::downgrade(&service);
            worker.set_service(weak);
            Ok(SharedService { service, worker })
        })
    }
}

impl<S> Service<Request> for SharedService<S>
where
    S: Service<Request, Response = ServiceResponse, Error = Error>,
{
    type Response = CoreResponse<BoxBody>;
    type Error = Error;
    type Future = Logged<S::Future>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&self, request: Request) -> Self::Future {
        let observation = self.worker.observer.begin(&request, Sender::Outside);
        let (log, future) = observation.within(|| (AccessLog::begin(&request), self.service.call(request)));
        Logged { future, log, observation }
    }
}

impl<S> LocalDispatch for S
where
    S: Service<Request, Response = ServiceResponse, Error = Error>,
    S::Future: 'static,
{
    fn dispatch(&self, request: Request) -> LocalBoxFuture<'static, HttpResponse> {
        let answer = self.call(request);
        Box::pin(async move {
            match answer.await {
                Ok(response) => response.into_parts().1,
                Err(error) => error.error_response(),
            }
        })
    }
}

pin_project! {
    /// A request being answered, the line about it in the log, and what is told of it elsewhere.
    pub struct Logged<F> {
        #[pin]
        future: F,
        log: Option<Box<AccessLog>>,
        observation: Observation,
    }
}

impl<F> Future for Logged<F>
where
    F: Future<Output = Result<ServiceResponse, Error>>,
{
    type Output = Result<CoreResponse<BoxBody>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let log = &*this.log;
        let answer = this.observation.within(|| {
            let _entered = log.as_ref().map(|log| log.span.enter());
            this.future.poll(cx)
        });
        answer.map(|answer| {
            let status = match &answer {
                Ok(response) => response.status(),
                Err(error) => error.as_response_error().status_code(),
            };
            if let Some(log) = this.log.take() {
                this.observation.within(|| log.end(status));
            }
            this.observation.end(status);
            answer.map(|response| HttpResponse::from(response).into())
        })
    }
}

/// What is known of a request when it comes in. Made only if the log wants it.
struct AccessLog {
    span: Span,
    method: String,
    path: String,
    started: Instant,
}

impl AccessLog {
    fn begin(request: &Request) -> Option<Box<Self>> {
        if !tracing::enabled!(target: "start_runtime::access", Level::INFO) {
            return None;
        }
        let known = request.extensions().get::<RequestId>().cloned();
        let id = known.unwrap_or_else(|| RequestId::new(request.headers()));
        request.extensions_mut().insert(id.clone());
        Some(Box::new(Self {
            span: tracing::info_span!(target: "start_runtime::access", "request", id = id.text()),
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
