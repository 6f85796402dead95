//! The event as resolvers have it: it is `Send` and `Sync`, and what belongs to the worker's thread it asks for there.

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use actix_web::http::header::HeaderMap;
use actix_web::http::{Method, StatusCode, Uri};
use actix_web::web::Bytes;
use futures_core::future::LocalBoxFuture;
use futures_util::task::AtomicWaker;
use serde::de::DeserializeOwned;

use crate::decode::json;
use crate::event::APIEvent;
use crate::http::{client, cookies};
use crate::response::{IntoCookie, Problem};

/// Work that is done on the worker's thread.
type Job = Box<dyn FnOnce(APIEvent) -> LocalBoxFuture<'static, ()> + Send>;

/// The request that a resolver works for, from `ctx.data::<graphql::Event>()`. Unlike [`APIEvent`](crate::APIEvent), it
/// can go to another thread, as async-graphql asks of resolvers.
///
/// What the request says is copied: method, URL, headers, parameters of the path, the client's address. All else that an
/// [`APIEvent`](crate::APIEvent) has is there by [`Event::with`]: sessions, locals, sealed cookies, `fetch`.
///
/// ```
/// use async_graphql::{Context, Object};
/// use start_runtime::graphql::Event;
///
/// struct Query;
///
/// #[Object]
/// impl Query {
///     async fn agent(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<String>> {
///         let event = ctx.data::<Event>()?;
///         event.set_cookie(("seen", "yes"));
///         Ok(event.header("user-agent").map(str::to_owned))
///     }
///
///     async fn students(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<String>> {
///         Ok(ctx.data::<Event>()?.fetch("/api/students").await?.json()?)
///     }
/// }
/// ```
///
/// A clone is another handle to the same event.
#[derive(Clone)]
pub struct Event(Arc<Inner>);

struct Inner {
    method: Method,
    uri: Uri,
    origin: (&'static str, String),
    headers: HeaderMap,
    params: Vec<(String, String)>,
    address: Option<IpAddr>,
    jobs: Mutex<Jobs>,
    /// Wakes the worker's thread when there is a job.
    waker: AtomicWaker,
}

#[derive(Default)]
struct Jobs {
    waiting: Vec<Job>,
    is_over: bool,
}

/// The answer to a fetch, as it can go to another thread.
#[derive(Debug)]
pub struct Fetched {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Fetched {
    /// Whether the status is in the range 200 to 299.
    pub fn ok(&self) -> bool {
        self.status.is_success()
    }

    /// Parses the body as JSON.
    ///
    /// # Errors
    /// Returns a 500 if the body is not a `T`: what another route answers is no fault of the client.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        json::parse(&self.body).map_err(|problem| {
            Problem::internal(format!("what was fetched ({}) is not as expected: {problem}", self.status))
        })
    }
}

impl Event {
    pub(super) fn new(event: &APIEvent) -> Self {
        let http = event.request.http();
        let params = event.params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self(Arc::new(Inner {
            method: http.method().clone(),
            uri: http.uri().clone(),
            origin: (client::scheme(http), client::host_of(http).to_string()),
            headers: http.headers().clone(),
            params,
            address: event.client_address(),
            jobs: Mutex::default(),
            waker: AtomicWaker::new(),
        }))
    }

    /// The method of the request.
    pub fn method(&self) -> &Method {
        &self.0.method
    }

    /// The path and query as the client sent them.
    pub fn uri(&self) -> &Uri {
        &self.0.uri
    }

    /// The path as the client sent it, not decoded.
    pub fn path(&self) -> &str {
        self.0.uri.path()
    }

    /// The whole URL, as [`Request::url`](crate::Request::url) has it.
    pub fn url(&self) -> String {
        let (scheme, host) = &self.0.origin;
        let target = self.0.uri.path_and_query().map_or("/", |target| target.as_str());
        format!("{scheme}://{host}{target}")
    }

    /// The headers of the request.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Returns the first value of a header, if it is visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.headers.get(name)?.to_str().ok()
    }

    /// Returns the value of a cookie that the client sent, percent-decoded.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let mut pairs = cookies::pairs(&self.0.headers);
        pairs.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
    }

    /// Returns the value of a parameter of the path, if the path has it.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.0.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The address of the client, as [`APIEvent::client_address`](crate::APIEvent::client_address) knows it.
    pub fn client_address(&self) -> Option<IpAddr> {
        self.0.address
    }

    /// Sets a cookie in the answer, as [`Cookies::set`](crate::Cookies::set) does.
    pub fn set_cookie(&self, cookie: impl IntoCookie) {
        let is_partitioned = cookie.is_partitioned();
        let cookie = cookie.into_cookie();
        self.do_soon(move |event| match is_partitioned {
            true => event.response.set_cookie(crate::response::Partitioned(cookie)),
            false => event.response.set_cookie(cookie),
        });
    }

    /// Sets a header of the answer, as [`StagedResponse::set_header`](crate::StagedResponse::set_header) does.
    pub fn set_header(&self, name: impl Into<String>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        self.do_soon(move |event| event.response.set_header(name, value));
    }

    /// Calls another route of the program with GET, as [`APIEvent::fetch`](crate::APIEvent::fetch) does. For another
    /// method, a body or the client's credentials, fetch in [`Event::with`].
    ///
    /// # Errors
    /// Returns a 500 if the path is none, or if the answer breaks off. An answer that is an error is no error.
    pub async fn fetch(&self, path: impl Into<String>) -> Result<Fetched, Problem> {
        let path = path.into();
        self.with(async move |event| {
            let answer = event.fetch(path).await?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            Ok::<_, Problem>(Fetched { status, headers, body: answer.bytes().await? })
        })
        .await?
    }

    /// Runs a closure with the [`APIEvent`](crate::APIEvent), on the thread that it belongs to, and returns what it
    /// returns. The closure and its result go to another thread; what happens inside need not.
    ///
    /// ```
    /// use start_runtime::{Problem, graphql::Event};
    ///
    /// #[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
    /// struct Login {
    ///     user: Option<String>,
    /// }
    ///
    /// async fn user(event: &Event) -> Result<Option<String>, Problem> {
    ///     event.with(async |event| Ok(event.session::<Login>().await?.user.clone())).await?
    /// }
    /// ```
    ///
    /// # Errors
    /// Returns a 500 if the request is over, which it is once its answer is there.
    pub async fn with<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: AsyncFnOnce(APIEvent) -> T + Send + 'static,
    {
        let (done, result) = tokio::sync::oneshot::channel();
        self.add(Box::new(move |event| {
            Box::pin(async move {
                // Nobody may wait for it any more.
                let _ = done.send(work(event).await);
            })
        }));
        result.await.map_err(|_| Problem::internal("the event of a GraphQL request was asked after its answer"))
    }

    fn do_soon(&self, work: impl FnOnce(APIEvent) + Send + 'static) {
        self.add(Box::new(|event| {
            work(event);
            Box::pin(async {})
        }));
    }

    fn add(&self, job: Job) {
        let mut jobs = self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        if !jobs.is_over {
            jobs.waiting.push(job);
            drop(jobs);
            self.0.waker.wake();
        }
    }

    /// The jobs that are waiting. Registers for the next one.
    pub(super) fn poll_jobs(&self, cx: &mut Context<'_>) -> Poll<Vec<Job>> {
        self.0.waker.register(cx.waker());
        let waiting = std::mem::take(&mut self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner).waiting);
        if waiting.is_empty() { Poll::Pending } else { Poll::Ready(waiting) }
    }

    /// No more jobs are taken. Returns those that are waiting.
    pub(super) fn end(&self) -> Vec<Job> {
        let mut jobs = self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.is_over = true;
        std::mem::take(&mut jobs.waiting)
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method(), self.uri())
    }
}
