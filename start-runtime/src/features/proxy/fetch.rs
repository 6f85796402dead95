//! The half of `event.fetch` that leaves the program: requests to URLs.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::web::Bytes;
use http1::Request;
use http1::uri::PathAndQuery;
use tokio::time::{Instant, timeout_at};
use url::{Position, Url};

use super::base::origin_of;
use super::client::{self, Answer, Fault, Limits, Outgoing, Progress};
use super::{answer, fields};
use crate::kernel::{Outside, OutsideAnswer, OutsideFault, OutsideRequest};

/// What `event.fetch` may do with a URL of another program, for [`Start::fetch_policy`](crate::Start::fetch_policy).
#[derive(Clone, Debug)]
#[must_use = "hand it to `Start::fetch_policy`"]
pub struct FetchPolicy {
    connect: Duration,
    timeout: Duration,
    redirects: usize,
    body_limit: usize,
    public_only: bool,
}

impl Default for FetchPolicy {
    fn default() -> Self {
        Self::new()
    }
}

impl FetchPolicy {
    /// 5 seconds for a connection, 30 for an answer, 10 redirects, 16 MiB of a body that is collected; every address may be
    /// asked.
    pub fn new() -> Self {
        Self {
            connect: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            redirects: 10,
            body_limit: 16 * 1024 * 1024,
            public_only: false,
        }
    }

    /// How long a connection may take.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect = limit;
        self
    }

    /// How long an answer may take, redirects included, and its body, if it is collected by `json`, `text` or `bytes`. A
    /// body that is passed on or read piece by piece has no limit. Zero means no limit.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// How many redirects are followed. With 0, a redirect is the answer. Credentials (`Cookie`, `Authorization`) do not go
    /// to another origin.
    pub fn redirects(mut self, most: usize) -> Self {
        self.redirects = most;
        self
    }

    /// How many bytes of a body `json`, `text` and `bytes` collect. More is an error.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Refuses addresses of the inside: loopback, private, link-local and unique local ones, and whatever else is reserved
    /// (RFC 6890), also where IPv6 has them inside (`::ffff:10.0.0.1`, NAT64, 6to4). A name is refused if one of its
    /// addresses is; the connection is made to the addresses that were checked. Each redirect is checked again.
    ///
    /// It keeps a URL that a stranger has chosen from reaching what only this machine can reach (server-side request
    /// forgery).
    pub fn public_only(mut self) -> Self {
        self.public_only = true;
        self
    }

    /// What sends the requests.
    pub(super) fn into_outside(self) -> Outside {
        let policy = Arc::new(self);
        Arc::new(move |request| {
            let policy = policy.clone();
            Box::pin(async move { policy.fetch(request).await })
        })
    }

    async fn fetch(&self, mut request: OutsideRequest) -> Result<OutsideAnswer, OutsideFault> {
        let timeout = request.options.timeout.unwrap_or(self.timeout);
        let until = (!timeout.is_zero()).then(|| Instant::now().checked_add(timeout)).flatten();
        let mut redirects = request.options.redirects.unwrap_or(self.redirects);
        let follows = redirects > 0;
        let mut url = read(&request.url)?;
        loop {
            let sent = self.send(&url, &request);
            let answer = match until {
                Some(until) => timeout_at(until, sent).await.map_err(|_| late(timeout))?,
                None => sent.await,
            };
            let Answer { head, body } = answer.map_err(fault)?;
            let Some(next) = follows.then(|| next(&head, &url)).flatten() else {
                let response = answer::response(head.status.as_u16(), fields::of_answer(&head.headers), body);
                return Ok(OutsideAnswer { response, url: url.into(), most: self.body_limit, until });
            };
            redirects = redirects.checked_sub(1).ok_or_else(|| {
                OutsideFault::Failed(format!("more redirects than allowed, the last one to {next:?}"))
            })?;
            let next =
                read(&next).map_err(|_| OutsideFault::Failed(format!("it redirects to {next:?}, which is no URL")))?;
            redirect(&mut request, head.status.as_u16(), &url, &next);
            url = next;
        }
    }

    async fn send(&self, url: &Url, request: &OutsideRequest) -> Result<Answer, Fault> {
        let Some((mut origin, authority)) = origin_of(url) else {
            return Err(Fault::unreachable("the URL has no host"));
        };
        origin.public_only = self.public_only || request.options.public_only;
        let mut headers = request.headers.clone();
        if let Ok(host) = HeaderValue::try_from(authority) {
            headers.insert(header::HOST, host);
        }
        let is_framed = matches!(request.method, Method::POST | Method::PUT | Method::PATCH);
        let body = request.body.clone();
        match &body {
            Some(body) => drop(headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()))),
            None if is_framed => drop(headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"))),
            None => {}
        }
        let body =
            body.filter(|body: &Bytes| !body.is_empty()).map_or(Outgoing::Empty, |body| Outgoing::Whole(Some(body)));
        let progress = Rc::new(Progress::default());
        let mut sent = Request::new(body);
        let target = PathAndQuery::try_from(&url[Position::BeforePath..Position::AfterQuery]);
        *sent.uri_mut() = target.map_err(Fault::unreachable)?.into();
        *sent.method_mut() =
            http1::Method::from_bytes(request.method.as_str().as_bytes()).map_err(Fault::unreachable)?;
        *sent.headers_mut() = fields::sent(&headers);
        client::send(&origin, sent, &progress, Limits { connect: self.connect, head: Duration::ZERO }).await
    }
}

/// Reads a URL.
fn read(text: &str) -> Result<Url, OutsideFault> {
    let wrong =
        |reason: &str| OutsideFault::Address(format!("{text}` is no URL that can be fetched, because {reason}: `"));
    let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("its scheme is not http or https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("it has a user; set the header Authorization"));
    }
    Ok(url)
}

/// Where a redirect leads (RFC 9110, section 15.4).
fn next(head: &http1::response::Parts, url: &Url) -> Option<String> {
    if !matches!(head.status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = head.headers.get("location")?.to_str().ok()?;
    let mut next = url.join(location).ok()?;
    if next.fragment().is_none() {
        next.set_fragment(url.fragment());
    }
    Some(next.into())
}

/// Makes a request the one that a redirect asks for, as browsers do (WHATWG Fetch, HTTP-redirect fetch).
fn redirect(request: &mut OutsideRequest, status: u16, from: &Url, to: &Url) {
    let becomes_get = match status {
        303 => !matches!(request.method, Method::GET | Method::HEAD),
        301 | 302 => request.method == Method::POST,
        _ => false,
    };
    if becomes_get {
        request.method = Method::GET;
        request.body = None;
        for name in [header::CONTENT_TYPE, header::CONTENT_ENCODING, header::CONTENT_LANGUAGE, header::CONTENT_LOCATION]
        {
            request.headers.remove(name);
        }
    }
    if from.origin() != to.origin() {
        drop_credentials(&mut request.headers);
    }
}

fn drop_credentials(headers: &mut HeaderMap) {
    for name in [header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION, header::HOST] {
        headers.remove(name);
    }
}

fn late(limit: Duration) -> OutsideFault {
    OutsideFault::TimedOut(format!("no answer within {limit:?}"))
}

fn fault(fault: Fault) -> OutsideFault {
    if fault.is_refused() { OutsideFault::Refused(fault.to_string()) } else { OutsideFault::Failed(fault.to_string()) }
}
