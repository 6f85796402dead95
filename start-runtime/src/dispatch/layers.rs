//! All layers of a program around its routes, and a guard outside of them: errors and panics of middleware become
//! problems like all others.

use std::net::IpAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_service::boxed;
use actix_web::body::BoxBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::{Method, StatusCode, Uri, header};
use actix_web::{Error, HttpMessage as _, HttpResponse};
use futures_core::future::LocalBoxFuture;
use pin_project_lite::pin_project;

use super::{Dispatch, Run};
use crate::base::panic::catch;
use crate::http::{EndOfOuter, FetchedFor, Lineage, Outer, RequestId, client};
use crate::kernel::{ErrorContext, Inner, Layer, Worker};
use crate::response::{Outcome, Problem, Response, actix_outcome, broken_because, release_part, weaken_etag, withhold};

/// All layers of an app as one middleware. Without layers it adds no cost.
pub struct Layers {
    pub layers: Vec<Layer>,
    /// The routes themselves, if no service of the user's comes before them. Then actix's routing, which would have
    /// nothing to choose from, is skipped.
    pub routes: Option<Dispatch>,
    pub worker: Rc<Worker>,
}

impl<S> Transform<S, ServiceRequest> for Layers
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error> + 'static,
    S::Future: 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type InitError = ();
    type Transform = Layered<S>;
    type Future = LocalBoxFuture<'static, Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let (layers, routes, worker) = (self.layers.clone(), self.routes.clone(), self.worker.clone());
        Box::pin(async move {
            let mut inner = match (routes, layers.is_empty()) {
                (Some(routes), true) => return Ok(Layered::Routes(routes)),
                (None, true) => return Ok(Layered::Bare(service)),
                (Some(routes), false) => boxed::service(routes),
                (None, false) => boxed::service(service),
            };
            for layer in layers {
                inner = layer(inner).await?;
            }
            Ok(Layered::Guarded { inner, worker })
        })
    }
}

/// The app's routes, with or without middleware around them.
pub enum Layered<S> {
    Routes(Dispatch),
    Bare(S),
    /// A guard outside of the middleware: its errors and panics become problems like all others.
    Guarded {
        inner: Inner,
        worker: Rc<Worker>,
    },
}

impl<S> Service<ServiceRequest> for Layered<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error>,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = LayeredFuture<S::Future>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        match self {
            Self::Routes(_) => Poll::Ready(Ok(())),
            Self::Bare(service) => service.poll_ready(cx),
            Self::Guarded { inner, .. } => inner.poll_ready(cx),
        }
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        match self {
            Self::Routes(routes) => LayeredFuture::Routes { future: routes.call(request) },
            Self::Bare(service) => LayeredFuture::Bare { future: service.call(request) },
            Self::Guarded { inner, worker } => {
                let guard = Guard::new(&request, worker.clone());
                match catch(|| inner.call(request)) {
                    Ok(future) => LayeredFuture::Guarded { future: Box::pin(guard.run(future)) },
                    Err(panic) => {
                        let problem = middleware_panicked(&panic);
                        LayeredFuture::Guarded { future: Box::pin(guard.failed(problem)) }
                    }
                }
            }
        }
    }
}

pin_project! {
    #[project = LayeredProjection]
    pub enum LayeredFuture<F> {
        Routes { future: Run },
        Bare { #[pin] future: F },
        Guarded { future: LocalBoxFuture<'static, Result<ServiceResponse<BoxBody>, Error>> },
    }
}

impl<F> Future for LayeredFuture<F>
where
    F: Future<Output = Result<ServiceResponse<BoxBody>, Error>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.project() {
            LayeredProjection::Routes { future } => Pin::new(future).poll(cx),
            LayeredProjection::Bare { future } => future.poll(cx),
            LayeredProjection::Guarded { future } => future.as_mut().poll(cx),
        }
    }
}

/// What is kept of a request that is handed to middleware: enough to report a problem about it.
struct Guard {
    method: Method,
    uri: Uri,
    id: RequestId,
    address: Option<IpAddr>,
    worker: Rc<Worker>,
    /// Ends with this: work behind the answer begins when middleware is done with the answer, too.
    _outer: Option<EndOfOuter>,
}

/// `None` for a fetched request, which ends with the one that it is fetched for.
fn end_of_outer(request: &ServiceRequest) -> Option<EndOfOuter> {
    let lineage = Lineage::of(request);
    if lineage.fetched.is_some() {
        return None;
    }
    let outer = Rc::<Outer>::default();
    let fetched = Some(FetchedFor { depth: 0, outer: outer.clone() });
    request.extensions_mut().insert(Lineage { fetched, ..lineage });
    Some(EndOfOuter(outer))
}

impl Guard {
    fn new(request: &ServiceRequest, worker: Rc<Worker>) -> Self {
        let id = RequestId::of(request);
        let address = client::address(request.request());
        let outer = end_of_outer(request);
        Self { method: request.method().clone(), uri: request.uri().clone(), id, address, worker, _outer: outer }
    }

    async fn run(
        self,
        mut future: LocalBoxFuture<'static, Result<ServiceResponse<BoxBody>, Error>>,
    ) -> Result<ServiceResponse<BoxBody>, Error> {
        let answer = std::future::poll_fn(|cx| match catch(|| future.as_mut().poll(cx)) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(middleware_panicked(&panic))),
        });
        match answer.await {
            Ok(Ok(response)) => match broken_because(response.response()) {
                Some(cause) => self.failed(Problem::internal(cause)).await,
                None => Ok(as_sent(response)),
            },
            Ok(Err(error)) => match actix_outcome(&error) {
                Outcome::Problem(problem) => self.failed(problem).await,
                Outcome::Response(response) => self.lost(response),
                Outcome::Empty(_) | Outcome::Missing => Err(error),
            },
            Err(problem) => self.failed(problem).await,
        }
    }

    async fn failed(self, problem: Problem) -> Result<ServiceResponse<BoxBody>, Error> {
        let context = ErrorContext {
            method: &self.method,
            uri: &self.uri,
            http: None,
            pattern: None,
            id: Some(self.id.clone()),
            address: self.address,
            is_quiet: false,
        };
        let response = self.worker.app.render_in(problem, &context);
        self.lost(response)
    }

    /// The request is lost with the middleware; actix sends the response of an error unchanged.
    fn lost(self, response: HttpResponse) -> Result<ServiceResponse<BoxBody>, Error> {
        let response = if self.method == Method::HEAD { withhold(response) } else { response };
        Err(Response::from(response).into())
    }
}

/// Middleware may have compressed the response, or been kept from it.
fn as_sent(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    if !response.headers().contains_key(header::ETAG) && response.status() != StatusCode::PARTIAL_CONTENT {
        return response;
    }
    let (request, mut response) = response.into_parts();
    release_part(&mut response);
    weaken_etag(&mut response, request.headers());
    ServiceResponse::new(request, response)
}

fn middleware_panicked(text: &str) -> Problem {
    Problem::internal(format!("middleware panicked: {text}"))
}
