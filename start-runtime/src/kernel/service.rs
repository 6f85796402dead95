//! The way into a worker's whole service without a socket.

use actix_http::Request;
use actix_web::Error;
use actix_web::dev::{Service, ServiceResponse};
use futures_core::future::LocalBoxFuture;

/// A service that can be called in process.
pub trait LocalDispatch {
    /// Answers a request as if it had come from a socket.
    fn answer(&self, request: Request) -> LocalBoxFuture<'static, Result<ServiceResponse, Error>>;
}

impl<S> LocalDispatch for S
where
    S: Service<Request, Response = ServiceResponse, Error = Error>,
    S::Future: 'static,
{
    fn answer(&self, request: Request) -> LocalBoxFuture<'static, Result<ServiceResponse, Error>> {
        Box::pin(self.call(request))
    }
}
