//! Middleware of actix, taken as closures: it is not `Send`, so each worker creates its own.

use std::sync::Arc;
use std::task::{Context, Poll};

use actix_service::boxed::{self, BoxService};
use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use futures_core::future::LocalBoxFuture;

/// The service that a middleware wraps.
pub type Inner = BoxService<ServiceRequest, ServiceResponse<BoxBody>, Error>;

/// Creates a middleware around a service; called once per worker.
pub type Layer = Arc<dyn Fn(Inner) -> LocalBoxFuture<'static, Result<Inner, ()>> + Send + Sync>;

/// A closure that creates a middleware of actix, for [`Start::wrap`](crate::Start::wrap).
#[diagnostic::on_unimplemented(
    message = "`wrap` takes a closure that makes a middleware of actix, and `{Self}` is none",
    label = "write `|| …` before it, as in `.wrap(|| Logger::default())`",
    note = "each worker makes its own, because middleware is not `Send`; the closure itself is `Send + Sync + 'static` (`move ||` if it uses a variable)"
)]
pub trait MakeLayer {
    /// The layer around the routes.
    fn layer(self) -> Layer;
}

#[diagnostic::do_not_recommend]
impl<F, M, B> MakeLayer for F
where
    F: Fn() -> M + Send + Sync + 'static,
    M: Transform<Inner, ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    M::InitError: 'static,
    M::Transform: 'static,
    B: MessageBody + 'static,
{
    fn layer(self) -> Layer {
        layer(self)
    }
}

/// Turns a closure that creates a middleware into a layer.
pub fn layer<F, M, B>(make: F) -> Layer
where
    F: Fn() -> M + Send + Sync + 'static,
    M: Transform<Inner, ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    M::InitError: 'static,
    M::Transform: 'static,
    B: MessageBody + 'static,
{
    Arc::new(move |inner| {
        let transform = make();
        Box::pin(async move {
            let service = transform.new_transform(inner).await.map_err(drop)?;
            Ok(boxed::service(Boxed(service)))
        })
    })
}

/// A middleware with its response body boxed.
struct Boxed<S>(S);

impl<S, B> Service<ServiceRequest> for Boxed<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Error>>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let answer = self.0.call(request);
        Box::pin(async move { Ok(answer.await?.map_into_boxed_body()) })
    }
}
