//! Problems become responses in one place, so that `on_error` sees every one of them.

use std::fmt;
use std::net::IpAddr;

use actix_web::http::header::{self, HeaderName};
use actix_web::http::{Method, Uri};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};

use super::app::App;
use super::call::Matched;
use crate::base::panic::catch;
use crate::http::{RequestId, client};
use crate::response::{Problem, Response};
use actix_http::Request;

/// A hook that receives every problem and returns the response for it.
pub type OnError = dyn Fn(Problem, &ErrorContext<'_>) -> Response + Send + Sync;

impl App {
    /// Logs a problem and returns its response, from the hook if there is one.
    pub fn render(&self, problem: Problem, http: &HttpRequest) -> HttpResponse {
        self.render_again(problem, http, false)
    }

    /// The same, for a problem that may be in the log already: then a 5xx status is logged as any other.
    pub fn render_again(&self, problem: Problem, http: &HttpRequest, is_known: bool) -> HttpResponse {
        let pattern = http.extensions().get::<Matched>().map(Matched::pattern);
        let context = ErrorContext {
            method: http.method(),
            uri: http.uri(),
            http: Some(http),
            pattern,
            id: None,
            address: None,
            is_quiet: is_known,
        };
        self.render_in(problem, &context)
    }

    pub fn render_in(&self, problem: Problem, context: &ErrorContext<'_>) -> HttpResponse {
        let line = one_line(&problem.to_string());
        let problem = if problem.status().is_server_error() && !context.is_quiet {
            let id = context.request_id();
            tracing::error!(target: "start_runtime::problem", request_id = %id, "{} {}: {line}", context.method, context.uri.path());
            problem.with("requestId", id)
        } else {
            tracing::debug!(target: "start_runtime::problem", "{} {}: {line}", context.method, context.uri.path());
            problem
        };
        match &self.on_error {
            Some(hook) => match catch(|| hook(problem.clone(), context)) {
                Ok(response) => with_headers_of(&problem, response.into()),
                Err(panic) => {
                    tracing::error!(target: "start_runtime::problem", "on_error panicked: {panic}");
                    problem.into_http_response()
                }
            },
            None => problem.into_http_response(),
        }
    }
}

/// The headers of a problem are part of what it says to clients (`WWW-Authenticate` of a 401, `Accept-Post` of a 415):
/// they are also sent with a response that the hook has made anew. A header of the response comes first.
fn with_headers_of(problem: &Problem, mut response: HttpResponse) -> HttpResponse {
    let missing = |name: &&HeaderName| !response.headers().contains_key(*name) && *name != header::CONTENT_TYPE;
    let names: Vec<HeaderName> = problem.headers().keys().filter(missing).cloned().collect();
    for name in names {
        for value in problem.headers().get_all(&name) {
            response.headers_mut().append(name.clone(), value.clone());
        }
    }
    response
}

/// A problem may contain text from a client: a line break in it must not start a new line in the log.
fn one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

/// The request that a problem is about, for [`Start::on_error`](crate::Start::on_error).
pub struct ErrorContext<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) http: Option<&'a HttpRequest>,
    pub(crate) pattern: Option<&'static str>,
    pub(crate) id: Option<RequestId>,
    /// The client's address, if there is no request that knows it.
    pub(crate) address: Option<IpAddr>,
    /// Whether a 5xx status is not worth a line in the log: what came in was not a request, or the line is there.
    pub(crate) is_quiet: bool,
}

impl<'a> ErrorContext<'a> {
    /// The context of a request that has not reached the app.
    pub(crate) fn of(request: &'a Request) -> Self {
        Self {
            method: request.method(),
            uri: request.uri(),
            http: None,
            pattern: None,
            id: Some(RequestId::of(request)),
            address: request.peer_addr().map(|address| address.ip()),
            is_quiet: false,
        }
    }
}

impl ErrorContext<'_> {
    /// The method of the request; `-` if the request could not be read.
    pub fn method(&self) -> &Method {
        self.method
    }

    /// The path and query of the request; `*` if the request could not be read.
    pub fn uri(&self) -> &Uri {
        self.uri
    }

    /// The pattern of the route, if one was found before the problem occurred.
    pub fn pattern(&self) -> Option<&'static str> {
        self.pattern
    }

    /// The name of the request in the logs.
    pub fn request_id(&self) -> String {
        match (self.http, &self.id) {
            (Some(http), _) => RequestId::of(http).text().to_owned(),
            (None, Some(id)) => id.text().to_owned(),
            (None, None) => String::new(),
        }
    }

    /// The address of the client, as [`APIEvent::client_address`](crate::APIEvent::client_address) has it. If the request
    /// could not be read, the address at the other end of the connection.
    pub fn client_address(&self) -> Option<IpAddr> {
        self.http.map_or(self.address, client::address)
    }

    /// actix's request. `None` if middleware failed after it had taken the request, and if the request could not be
    /// read.
    pub fn http(&self) -> Option<&HttpRequest> {
        self.http
    }
}

impl fmt::Debug for ErrorContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.uri)
    }
}
