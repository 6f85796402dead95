//! The outermost service of a worker: it takes requests from sockets, and `event.fetch` shares it.

use std::net::SocketAddr;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};

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
    entrance: Rc<Entrance<S>>,
    worker: Rc<Worker>,
}

/// The way into the app, from sockets and from `event.fetch`.
struct Entrance<S> {
    app: S,
    worker: Rc<Worker>,
}

impl<S: Service<Request>> Service<Request> for Entrance<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.app.poll_ready(cx)
    }

    fn call(&self, mut request: Request) -> S::Future {
        self.worker.hold_target(&mut request);
        self.app.call(request)
    }
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
        let app = self.app.new_service(config).await?;
        let entrance = Rc::new(Entrance { app, worker: self.worker.clone() });
        let weak: Weak<Entrance<S>> = Rc::downgrade(&entrance);
        self.worker.set_service(weak);
        Ok(SharedService { entrance, worker: self.worker })
    }
}

impl<S> transport::Service for SharedService<S>
where
    S: Service<Request, Response = ServiceResponse, Error = Error> + 'static,
{
    type Future = Logged<S::Future>;

    fn call(&self, request: Request) -> Self::Future {
        Logged::begin(&self.worker, request, |request| self.entrance.call(request))
    }

    fn refuse(&self, refusal: Refusal, client: Option<SocketAddr>) -> Response<BoxBody> {
        refused::answer(&self.worker, refusal, client).into()
    }
}
