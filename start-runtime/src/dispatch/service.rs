//! The outermost service of a worker: it takes requests from sockets, and `event.fetch` shares it.

use std::net::SocketAddr;
use std::rc::{Rc, Weak};

use actix_http::{Request, Response};
use actix_web::Error;
use actix_web::body::BoxBody;
use actix_web::dev::{AppConfig, Service, ServiceFactory, ServiceResponse};

use super::answering::Logged;
use super::refused;
use crate::kernel::Worker;
use crate::transport::{self, Refusal};

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

impl<F, S> Outermost<F>
where
    F: ServiceFactory<
            Request,
            Config = AppConfig,
            Response = ServiceResponse,
            Error = Error,
            InitError = (),
            Service = S,
        >,
    S: Service<Request, Response = ServiceResponse, Error = Error> + 'static,
    S::Future: 'static,
{
    /// Builds the app. The error is in the log: a middleware or a service could not be built.
    pub async fn build(self, config: AppConfig) -> Result<SharedService<S>, ()> {
        let service = Rc::new(self.app.new_service(config).await?);
        let weak: Weak<S> = Rc::downgrade(&service);
        self.worker.set_service(weak);
        Ok(SharedService { service, worker: self.worker })
    }
}

impl<S> transport::Service for SharedService<S>
where
    S: Service<Request, Response = ServiceResponse, Error = Error> + 'static,
{
    type Future = Logged<S::Future>;

    fn call(&self, request: Request) -> Self::Future {
        Logged::begin(&self.worker, request, |request| self.service.call(request))
    }

    fn refuse(&self, refusal: Refusal, client: Option<SocketAddr>) -> Response<BoxBody> {
        refused::answer(&self.worker, refusal, client).into()
    }
}
