//! From a request to the handler that answers it, and from the handler's outcome to a response.
//!
//! These answer a request, in this order: the API handler for the method; the page of the path (GET, HEAD); for
//! OPTIONS, the list of available methods; a 405; the index page of a single-page app; a 404.
//!
//! A panic of a user's code never reaches actix: it is caught where the code is called, and becomes a 500 of that one
//! request.

mod answering;
mod blocking;
mod chain;
mod layers;
mod limits;
mod pages;
mod refused;
mod resolve;
mod run;
mod service;
mod work;

use std::future::{Ready, ready};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::Error;
use actix_web::body::BoxBody;
use actix_web::dev::{Service, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};

use crate::kernel::{App, Worker};
use crate::response::{Problem, vary_by_accept};
pub use layers::Layers;
use limits::Limits;
use pages::Fallback;
pub use pages::PageFolder;
pub use resolve::{Answerer, Resolution, resolve};
pub use run::Run;
use run::end;
pub use service::Outermost;

/// The default service of the actix app: it answers every request that no service of the user's takes.
#[derive(Clone)]
pub struct Dispatch {
    worker: Rc<Worker>,
    /// The folder of static pages, if there is one.
    pages: Option<Arc<PageFolder>>,
    limits: Rc<Limits>,
}

impl Dispatch {
    pub fn new(worker: Rc<Worker>, pages: Option<Arc<PageFolder>>) -> Self {
        let limits = Rc::new(Limits::new(&worker.app.table));
        Self { worker, pages, limits }
    }

    fn answer(&self, mut request: ServiceRequest, mut resolution: Resolution) -> Run {
        if let Resolution::Answer { by: Answerer::Route(entry, _), .. } = &resolution
            && let Some(limit) = entry.route.body_limit
        {
            self.limits.apply(&mut request, limit);
        }
        let around = match &self.worker.app.middleware {
            none if none.is_empty() => Vec::new(),
            middleware => middleware.covering(request.path()),
        };
        let (http, payload) = request.into_parts();
        let mut vary = false;
        if let Resolution::NotFound = resolution {
            resolution = self.index(&http, &mut vary);
        }
        match resolution {
            Resolution::Answer { by, page } if around.is_empty() => Run::answer(&self.worker, http, payload, by, page),
            Resolution::Answer { by, page } => Run::answer_within(around, &self.worker, http, payload, by, page),
            other if around.is_empty() => {
                drop(payload);
                let response = unanswered(&self.worker.app, other, &http, vary);
                Run::ready(end(&self.worker.app, &http, response))
            }
            other => {
                let app = self.worker.app.clone();
                let answer = move |http: &HttpRequest| unanswered(&app, other, http, vary);
                Run::unanswered_within(around, &self.worker, http, payload, answer)
            }
        }
    }

    /// The index page of a single-page app answers where nothing else does. `vary` is set if it could answer another client.
    fn index(&self, http: &HttpRequest, vary: &mut bool) -> Resolution {
        match self.pages.as_ref().and_then(|folder| folder.fallback(http)) {
            Some(Fallback::Index(file)) => Resolution::Answer { by: Answerer::File(file), page: None },
            fallback => {
                *vary = fallback.is_some();
                Resolution::NotFound
            }
        }
    }
}

/// The answer where no handler answers.
fn unanswered(app: &App, resolution: Resolution, http: &HttpRequest, vary: bool) -> HttpResponse {
    match resolution {
        Resolution::Options(allow) => {
            if http.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
                log_preflight(http);
            }
            with_allow(HttpResponse::with_body(StatusCode::NO_CONTENT, BoxBody::new(())), &allow)
        }
        Resolution::MethodNotAllowed(allow) => {
            let detail = format!("{} is not answered at `{}`: it has {allow}", http.method(), http.path());
            with_allow(app.render(Problem::new(405).with_detail(detail), http), &allow)
        }
        Resolution::BadPath(error) => app.render(Problem::bad_request(error.to_string()), http),
        Resolution::NotFound | Resolution::Answer { .. } => {
            let mut response = app.render(not_found(http), http);
            if vary {
                vary_by_accept(&mut response);
            }
            response
        }
    }
}

/// A browser asks whether a page of another origin may send a request, and the answer says nothing about that.
fn log_preflight(http: &HttpRequest) {
    let origin = http.headers().get(header::ORIGIN).and_then(|origin| origin.to_str().ok()).unwrap_or("another origin");
    tracing::info!(
        target: "start_runtime::cors",
        "OPTIONS {}: a browser asks whether a page of {origin:?} may call this, and without CORS headers it may not. Allow it with `Start::cors`",
        http.path()
    );
}

/// Whether a request asks for a WebSocket (RFC 6455, section 4.1), well or badly.
fn asks_for_socket(headers: &HeaderMap) -> bool {
    let elements = headers.get_all(header::UPGRADE).flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    elements.into_iter().any(|element| element.trim_ascii().eq_ignore_ascii_case(b"websocket"))
}

fn not_found(http: &HttpRequest) -> Problem {
    Problem::not_found(format!("nothing is served at `{}`", http.path()))
}

fn with_allow(mut response: HttpResponse, allow: &str) -> HttpResponse {
    if let Ok(value) = HeaderValue::from_str(allow) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    response
}

impl Service<ServiceRequest> for Dispatch {
    type Response = ServiceResponse;
    type Error = Error;
    type Future = Run;

    fn poll_ready(&self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&self, mut request: ServiceRequest) -> Run {
        self.worker.restore_target(&mut request);
        // A second handle of the head, so that the request itself can be taken apart.
        let uri = request.uri();
        if uri.path() == "*" && *request.method() == Method::OPTIONS {
            return self
                .answer(request, Resolution::Options("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS".to_owned()));
        }
        let asks_for_socket = || asks_for_socket(request.headers());
        let resolution = resolve(&self.worker.app.table, self.pages.as_deref(), request.method(), uri, asks_for_socket);
        self.answer(request, resolution)
    }
}

impl ServiceFactory<ServiceRequest> for Dispatch {
    type Response = ServiceResponse;
    type Error = Error;
    type Config = ();
    type Service = Self;
    type InitError = ();
    type Future = Ready<Result<Self, ()>>;

    fn new_service(&self, (): ()) -> Self::Future {
        ready(Ok(self.clone()))
    }
}
