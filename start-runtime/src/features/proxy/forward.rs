//! `event.forward`: another program answers the request.

use std::future::{IntoFuture, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Mutex;
use std::task::Poll;
use std::time::Duration;

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http1::Request;
use http1::uri::PathAndQuery;
use tokio::time::sleep;

use super::base::Base;
use super::client::{self, Answer, Fault, Gate, Limits, Outgoing, Progress};
use super::{answer, fields};
use crate::event::APIEvent;
use crate::kernel::declared_length;
use crate::response::{Problem, Response, field};

/// How long there may be no connection.
const CONNECT: Duration = Duration::from_secs(2);

/// How long an upstream may take for the head of its answer.
const HEAD: Duration = Duration::from_secs(2);

/// A client that has ended its side, and may be gone, is waited for this long.
const HALF_CLOSED: Duration = Duration::from_secs(1);

/// How requests are forwarded, for [`Start::proxy`](crate::Start::proxy): `Proxy::to("http://127.0.0.1:4001")`.
#[derive(Clone, Debug)]
#[must_use = "hand it to `Start::proxy`"]
pub struct Proxy {
    pub(super) base: String,
    edits: Vec<(String, Option<String>)>,
    limits: Limits,
}

impl Proxy {
    /// Forwards to the program at this URL, which has `http` or (with the feature `proxy-tls`) `https`, a host, perhaps a
    /// port and a path. The whole path of the request is appended to it; if it ends with `/$`, only what the catch-all at
    /// the end of the route's path stands for is.
    ///
    /// | URL | route | `/api/auth/session?a=b` goes to |
    /// |---|---|---|
    /// | `http://127.0.0.1:4001` | any | `/api/auth/session?a=b` |
    /// | `http://127.0.0.1:4001/v1` | any | `/v1/api/auth/session?a=b` |
    /// | `http://127.0.0.1:4001/$` | `/api/auth/$` | `/session?a=b` |
    /// | `http://127.0.0.1:4001/v1/$` | `/api/auth/$` | `/v1/session?a=b` |
    pub fn to(base: impl Into<String>) -> Self {
        Self { base: base.into(), edits: Vec::new(), limits: Limits { connect: CONNECT, head: HEAD } }
    }

    /// Sends this header to the upstream, in place of what the client sent under its name.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.edits.push((name.into(), Some(value.into())));
        self
    }

    /// Leaves out what the client sent under this name.
    pub fn remove_header(mut self, name: impl Into<String>) -> Self {
        self.edits.push((name.into(), None));
        self
    }

    /// How long the upstream may take for the head of its answer, once it was sent the whole request; 504 after that. 2
    /// seconds unless set; zero means no limit. After the head there is none.
    pub fn head_timeout(mut self, limit: Duration) -> Self {
        self.limits.head = limit;
        self
    }

    /// How long it may take to connect; 502 after that. 2 seconds unless set.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.limits.connect = limit;
        self
    }
}

impl From<&str> for Proxy {
    fn from(base: &str) -> Self {
        Self::to(base)
    }
}

impl From<String> for Proxy {
    fn from(base: String) -> Self {
        Self::to(base)
    }
}

/// A request on its way to another program; `.await` gives its answer. See [`APIEvent::forward`].
#[must_use = "nothing is forwarded until it is awaited"]
pub struct Forward {
    event: APIEvent,
    proxy: Proxy,
}

impl Forward {
    /// See [`Proxy::header`].
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { proxy: self.proxy.header(name, value), ..self }
    }

    /// See [`Proxy::remove_header`].
    pub fn remove_header(self, name: impl Into<String>) -> Self {
        Self { proxy: self.proxy.remove_header(name), ..self }
    }

    /// See [`Proxy::head_timeout`].
    pub fn head_timeout(self, limit: Duration) -> Self {
        Self { proxy: self.proxy.head_timeout(limit), ..self }
    }

    /// See [`Proxy::connect_timeout`].
    pub fn connect_timeout(self, limit: Duration) -> Self {
        Self { proxy: self.proxy.connect_timeout(limit), ..self }
    }
}

/// With the feature `proxy`.
impl APIEvent {
    /// Lets another program answer this request: its method, path, query, headers and body go there, and what comes back
    /// is the response. Takes a URL, which the path is appended to, or a [`Proxy`].
    ///
    /// - Bodies flow both ways as they come, at the pace of the slower side. The body of the request must not have been
    ///   read, and counts against [`Start::stream_limit`](crate::Start::stream_limit) or the route's `body_limit`.
    /// - Fields that are for one connection (RFC 9110, section 7.6.1) stay behind. `Host` is the upstream's;
    ///   `X-Forwarded-For`, `-Host` and `-Proto` say who asked for what, as far as
    ///   [`Start::trusted_proxies`](crate::Start::trusted_proxies) are believed.
    /// - Redirects are not followed. A `Location` at the upstream becomes the same place of this program.
    /// - What breaks off on one side breaks off on the other: it never looks complete.
    ///
    /// ```
    /// use start_runtime::{Response, prelude::*};
    ///
    /// /// A library that stays in Node answers.
    /// #[api_route(ANY, "/api/auth/$")]
    /// async fn auth(event: APIEvent) -> Result<Response, Problem> {
    ///     event.forward("http://127.0.0.1:4001").header("X-Program", "owls").await
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// - 502 if there is no connection, or if what comes is no answer
    /// - 504 if the head of the answer does not come in time
    /// - 413 if the body is above the limit, 400 if the client broke off
    /// - 500 if the URL is none, or if the body was read before
    pub fn forward(&self, to: impl Into<Proxy>) -> Forward {
        Forward { event: self.clone(), proxy: to.into() }
    }
}

impl IntoFuture for Forward {
    type Output = Result<Response, Problem>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output>>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(forward(self.event, self.proxy))
    }
}

async fn forward(event: APIEvent, proxy: Proxy) -> Result<Response, Problem> {
    let base = Base::parse(&proxy.base).map_err(Problem::internal)?;
    let call = event.request.call();
    let target = base.target(event.request.uri(), call.exchange().entry)?;
    let progress = Rc::new(Progress::default());
    let mut sent = fields::of_request(call.http(), &base);
    edit(&mut sent, &proxy.edits)?;
    let request = request(&event, &target.path_and_query, sent, &progress)?;
    let answer = pin!(client::send(&base.origin, request, &progress, proxy.limits));
    let Some(answered) = unless_gone(&event, answer).await else {
        return Err(Problem::bad_request("the client left before there was an answer"));
    };
    let Answer { head, body } = answered.map_err(|fault| progress.take_broken().unwrap_or_else(|| problem(fault)))?;
    let mut received = fields::of_answer(&head.headers);
    fields::relocate(&mut received, &base, &target, || event.request.origin());
    Ok(answer::response(head.status.as_u16(), received, body).into())
}

/// Waits for an answer as long as the client does.
async fn unless_gone<T>(event: &APIEvent, answer: Pin<&mut impl Future<Output = T>>) -> Option<T> {
    let mut answer = answer;
    let mut gone = pin!(async {
        event.gone().await;
        sleep(HALF_CLOSED).await;
    });
    poll_fn(|cx| match answer.as_mut().poll(cx) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending => gone.as_mut().poll(cx).map(|()| None),
    })
    .await
}

fn edit(fields: &mut HeaderMap, edits: &[(String, Option<String>)]) -> Result<(), Problem> {
    for (name, value) in edits {
        match value {
            Some(value) => {
                let (name, value) = field(name, value).map_err(Problem::internal)?;
                fields.insert(name, value);
            }
            None => {
                if let Ok(name) = HeaderName::try_from(name.as_str()) {
                    fields.remove(name);
                }
            }
        }
    }
    Ok(())
}

fn request(
    event: &APIEvent,
    target: &str,
    mut fields: HeaderMap,
    progress: &Rc<Progress>,
) -> Result<Request<Outgoing>, Problem> {
    let http = event.request.http();
    let length = declared_length(http);
    let is_chunked = http.headers().contains_key(header::TRANSFER_ENCODING);
    let mut open = None;
    let body = match length {
        Some(0) => Outgoing::Empty,
        None if !is_chunked => Outgoing::Empty,
        length => {
            let waits = http
                .headers()
                .get(header::EXPECT)
                .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"));
            let gate = waits.then(|| {
                let (gate, opener) = Gate::new();
                open = Some(opener);
                gate
            });
            Outgoing::stream(event.request.stream(), length, gate, progress.clone())
        }
    };
    match length {
        Some(length) => drop(fields.insert(header::CONTENT_LENGTH, HeaderValue::from(length))),
        None if is_chunked => drop(fields.insert(header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"))),
        None => {}
    }
    let no_target = |_| Problem::bad_request("the path has a character that no target may have");
    let mut request = Request::new(body);
    *request.uri_mut() = PathAndQuery::try_from(target).map_err(no_target)?.into();
    let method = http1::Method::from_bytes(http.method().as_str().as_bytes());
    *request.method_mut() = method.map_err(|_| Problem::bad_request("the method is none"))?;
    *request.headers_mut() = super::fields::sent(&fields);
    if let Some(open) = open {
        let open = Mutex::new(Some(open));
        hyper::ext::on_informational(&mut request, move |interim| {
            if interim.status() == http1::StatusCode::CONTINUE
                && let Ok(mut open) = open.lock()
                && let Some(open) = open.take()
            {
                // Nobody waits any more.
                let _ = open.send(());
            }
        });
    }
    Ok(request)
}

/// The problem for a request that was not answered.
fn problem(fault: Fault) -> Problem {
    let (status, detail) = match fault.is_late() {
        true => (504, "the program behind this one did not answer in time"),
        false => (502, "the program behind this one did not answer"),
    };
    Problem::new(status).with_detail(detail).with_cause(fault)
}
