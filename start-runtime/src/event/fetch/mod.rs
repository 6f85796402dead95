//! `event.fetch`: a request to another route of the program, without a socket.
//!
//! The request passes through the worker's whole service, so it is handled like a request from outside.

mod outside;
mod request;
mod response;
mod trace_context;

use std::cell::OnceCell;
use std::fmt;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::ops::Deref;
use std::rc::Rc;

use actix_http::{Payload, Request as HttpCoreRequest};
use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpMessage as _, HttpRequest};

use crate::http::{EndOfOuter, FetchedFor, Lineage, TrustedProxies, host};
use crate::kernel::AnswerId;
use crate::kernel::Call;
use crate::kernel::ErrorContext;
use crate::kernel::Given;
use crate::kernel::Worker;
use crate::kernel::observe::Sender;
use crate::response::Problem;
use crate::response::is_interim;
use actix_web::HttpResponse;
pub use request::{IntoFetch, RequestBuilder, encode_segment, target};
pub use response::{FetchError, FetchResponse};

/// How deeply fetches may be nested; one level more is answered with 508.
pub const MOST_NESTED_FETCHES: usize = 16;

/// Calls routes of the program: `event.fetch(…)`, or `fetch(…)` when the event is taken apart.
///
/// ```
/// use start_runtime::{Request, prelude::*};
///
/// #[api_route("/api/overview")]
/// async fn GET(APIEvent { fetch, .. }: APIEvent) -> Result<String, Problem> {
///     let students = fetch("/api/students").await?.text().await?;
///     let created = fetch.call(Request::post("/api/students").json(&students)).await?;
///     Ok(format!("{students}: {}", created.status()))
/// }
/// # fn main() {}
/// ```
pub struct Fetch {
    call: Call,
    function: OnceCell<Box<FetchFunction>>,
}

type FetchFunction = dyn Fn(&str) -> RequestBuilder;

impl Fetch {
    pub(crate) fn new(call: Call) -> Self {
        Self { call, function: OnceCell::new() }
    }

    /// Does the same as [`APIEvent::fetch`](super::APIEvent::fetch).
    pub fn call(&self, request: impl IntoFetch) -> RequestBuilder {
        request.into_fetch().from(Caller::Handler(self.call.clone()))
    }
}

impl Clone for Fetch {
    fn clone(&self) -> Self {
        Self::new(self.call.clone())
    }
}

/// Makes `fetch("/api/students")` work on the field, as in the originals.
impl Deref for Fetch {
    type Target = FetchFunction;

    fn deref(&self) -> &Self::Target {
        self.function.get_or_init(|| {
            let call = self.call.clone();
            Box::new(move |path| path.into_fetch().from(Caller::Handler(call.clone())))
        })
    }
}

impl fmt::Debug for Fetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fetch")
    }
}

/// What sends a request.
#[derive(Clone, Default)]
pub enum Caller {
    /// Not known yet.
    #[default]
    Unknown,
    /// A handler that is answering another request.
    Handler(Call),
    /// A test.
    Test(Rc<Worker>),
}

/// Sends a request through the service.
async fn send(builder: RequestBuilder) -> Result<FetchResponse, FetchError> {
    if outside::is_url(&builder.path)
        && let Caller::Handler(call) = &builder.caller
    {
        let call = call.clone();
        return outside::send(&call, builder).await;
    }
    let RequestBuilder { method, path, headers, body, caller, forward_credentials, given, peer, error, .. } = builder;
    if let Some(error) = error {
        return Err(error);
    }
    let (worker, parent) = match &caller {
        Caller::Unknown => return Err(FetchError::NoApp),
        Caller::Handler(call) => (&call.exchange().worker, Some(call.http())),
        Caller::Test(worker) => (worker, None),
    };
    let mut request = match body {
        Some(body) => {
            let length = body.len();
            let mut request = HttpCoreRequest::with_payload(Payload::from(body));
            request.headers_mut().insert(header::CONTENT_LENGTH, length.into());
            request
        }
        None => HttpCoreRequest::new(),
    };
    request.head_mut().method = method.clone();
    request.head_mut().uri = request::target(&path)?;
    request.head_mut().peer_addr = peer.map(|address| SocketAddr::new(address, 0));
    if !given.is_empty() {
        request.extensions_mut().insert(given);
    }
    let mut sender = Sender::Outside;
    let mut _end = None;
    if let (Some(parent), Caller::Handler(call)) = (parent, &caller) {
        let lineage = match next(call) {
            Ok((lineage, end)) => {
                _end = end;
                lineage
            }
            Err((problem, is_known)) => {
                let response = worker.app.render_again(problem, parent, is_known);
                return Ok(FetchResponse::new(response, method, path));
            }
        };
        inherit(&mut request, parent, lineage, forward_credentials);
        let own_trace = trace_context::is_in(&headers);
        if !own_trace {
            trace_context::pass_on(parent.headers(), request.headers_mut());
            worker.observer.on_behalf_of(parent, || worker.observer.carry(request.headers_mut()));
        }
        sender = Sender::Fetch { own_trace };
    }
    // The parent's Host was checked when it came in.
    if !headers.is_empty() {
        for (name, value) in headers {
            request.headers_mut().insert(name, value);
        }
        if let Some(response) = refused(&request, worker) {
            return Ok(FetchResponse::new(response, method, path));
        }
    }
    let service = worker.service().ok_or(FetchError::NoApp)?;
    let mut observation = match parent {
        Some(parent) => worker.observer.on_behalf_of(parent, || worker.observer.begin(&request, sender)),
        None => worker.observer.begin(&request, sender),
    };
    // The answer to the request from outside carries the id of those that are fetched for it.
    let id = parent.is_none().then(|| AnswerId::of(&worker.app, &request));
    let mut answer = observation.within(|| service.answer(request));
    let response = match poll_fn(|cx| observation.within(|| answer.as_mut().poll(cx))).await {
        Ok(response) => {
            observation.answered_by(response.request());
            response.into_parts().1
        }
        Err(error) => error.error_response(),
    };
    // Middleware may answer with anything.
    let response = if is_interim(&response) { Problem::new(500).into_http_response() } else { response };
    let mut response = observation.answered(response);
    if let Some(id) = id {
        id.write(response.headers_mut());
    }
    Ok(FetchResponse::new(response, method, path))
}

/// The answer to a request that a connection would not have let in. Its other parts cannot be malformed here.
fn refused(request: &HttpCoreRequest, worker: &Worker) -> Option<HttpResponse> {
    let host = request.headers().get(header::HOST)?;
    let problem = || Problem::bad_request("the Host header is no host");
    host::is_malformed(host.as_bytes()).then(|| worker.app.render_in(problem(), &ErrorContext::of(request)))
}

/// Copies what a fetched request inherits from the request that it is made for.
fn inherit(request: &mut HttpCoreRequest, parent: &HttpRequest, lineage: Lineage, credentials: bool) {
    request.head_mut().peer_addr = parent.head().peer_addr;
    if TrustedProxies::that_sent(parent).is_some() {
        for name in FROM_PROXIES {
            for value in parent.headers().get_all(&name) {
                request.headers_mut().append(name.clone(), value.clone());
            }
        }
    }
    for name in forwardable(credentials) {
        if let Some(value) = parent.headers().get(name) {
            request.headers_mut().insert(name.clone(), value.clone());
        }
    }
    request.extensions_mut().insert(lineage);
    // What a test gives in the place of credentials is passed on as they are.
    if let Some(given) = parent.extensions().get::<Given>().filter(|_| credentials) {
        request.extensions_mut().insert(given.clone());
    }
}

/// What a trusted proxy says of the client: the fetched route sees the same client, scheme and host.
const FROM_PROXIES: [header::HeaderName; 4] =
    [header::FORWARDED, header::X_FORWARDED_FOR, header::X_FORWARDED_HOST, header::X_FORWARDED_PROTO];

/// The headers that are passed on. Host always is, so that a route sees the address that it is reached by; credentials
/// are only passed on when requested.
pub fn forwardable(credentials: bool) -> &'static [header::HeaderName] {
    const HEADERS: [header::HeaderName; 3] = [header::HOST, header::COOKIE, header::AUTHORIZATION];
    if credentials { &HEADERS } else { &HEADERS[..1] }
}

/// Counts one more fetch of a handler, or returns the problem that refuses it, and whether one like it is in the log: of
/// all fetches that are refused for one request from outside, the first is logged.
fn next(call: &Call) -> Result<(Lineage, Option<EndOfOuter>), (Problem, bool)> {
    let app = &call.exchange().worker.app;
    let Lineage { id, fetched } = Lineage::of(call.http());
    let depth = fetched.map_or(0, |fetched| fetched.depth);
    let mut outer = call.exchange().outer(call.http());
    let mut end = None;
    if depth == 0 && outer.is_over() {
        // A stream or other work behind the answer may go on for long: it fetches on its own account.
        outer = Rc::default();
        end = Some(EndOfOuter(outer.clone()));
    }
    let problem = if depth >= MOST_NESTED_FETCHES {
        format!("event.fetch was called {MOST_NESTED_FETCHES} times inside of itself: do two routes fetch each other?")
    } else if !outer.may_fetch(app.fetch_limit) {
        format!(
            "event.fetch was called more than {} times for one request: do routes fetch each other, or fetch in a loop?",
            app.fetch_limit
        )
    } else {
        return Ok((Lineage { id, fetched: Some(FetchedFor { depth: depth + 1, outer }) }, end));
    };
    Err((Problem::new(508).with_detail(problem), !outer.refuse()))
}

/// An empty set of headers.
fn no_headers() -> HeaderMap {
    HeaderMap::new()
}
