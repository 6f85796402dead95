//! The outermost service of a worker: it takes requests from sockets, and `event.fetch` shares it.

use std::rc::{Rc, Weak};
use std::task::{Context, Poll};

use actix_http::{Request, Response as CoreResponse};
use actix_web::body::BoxBody;
use actix_web::dev::{AppConfig, Service, ServiceFactory, ServiceResponse};
use actix_web::{Error, HttpMessage as _};
use futures_core::future::LocalBoxFuture;

use super::answering::{Answering, Logged};
use super::expect::Continued;
use crate::kernel::Worker;
use crate::transport::{Answer, Wire};

/// Makes the outermost service from that of an actix app.
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
    type Response = CoreResponse<Answer>;
    type Error = CoreResponse<BoxBody>;
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
    type Response = CoreResponse<Answer>;
    type Error = CoreResponse<BoxBody>;
    type Future = Answering<S::Future>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.service.poll_ready(cx).map_err(|error| error.error_response().into())
    }

    fn call(&self, request: Request) -> Self::Future {
        let wire = Wire::of(&request);
        // A request that stands for one that is already being answered has no connection of its own.
        if wire.is_none()
            && let Some(Continued(begun)) = request.extensions_mut().remove()
        {
            return Answering::Begun { future: begun };
        }
        Answering::New { future: Logged::begin(&self.worker, wire, request, |request| self.service.call(request)) }
    }
}
