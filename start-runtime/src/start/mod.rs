//! The settings of a program: [`Start`], and what it passes to each worker.
//!
//! Only settings of the core are here. A capability adds its own with an `impl Start` in its folder, stored by type.

mod folder;
pub mod linked;
mod setup;
#[cfg(debug_assertions)]
mod sources;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{Data, ServiceConfig};

use crate::base::timeouts::{Timeouts, bounded};
use crate::kernel::{
    DEFAULT_BODY_LIMIT, DEFAULT_FETCH_LIMIT, DEFAULT_HEADER_LIMIT, DEFAULT_STREAM_LIMIT, ErrorContext, MakeLayer,
    Middleware, OnError, ProgramMiddleware, Settings,
};
use crate::response::{Problem, Response};
pub use folder::RouteFolder;
pub use setup::{Registered, Setup};

/// actix reads no head larger than this: 64 KiB.
const MOST_HEADER_LIMIT: usize = 64 * 1024;

/// A program: its routes are those that are linked in, and its settings are set here.
///
/// ```no_run
/// use start_runtime::prelude::*;
///
/// struct Owls(u32);
///
/// #[api_route("/api/owls")]
/// async fn GET(owls: Data<Owls>) -> u32 {
///     owls.0
/// }
///
/// #[start_runtime::main]
/// async fn main() -> std::io::Result<()> {
///     Start::new().data(Owls(3)).body_limit(64 * 1024).serve().await
/// }
/// ```
#[must_use = "call `.serve().await`"]
pub struct Start {
    pub(crate) setup: Setup,
    pub(crate) body_limit: usize,
    pub(crate) stream_limit: u64,
    pub(crate) on_error: Option<Arc<OnError>>,
    pub(crate) request_id_header: Option<String>,
    pub(crate) only_crates: Option<Vec<String>>,
    pub(crate) middleware: Vec<ProgramMiddleware>,
    /// The settings of its capabilities.
    pub(crate) settings: Settings,
    pub(crate) pages: Option<PathBuf>,
    pub(crate) workers: Option<usize>,
    pub(crate) timeouts: Timeouts,
    pub(crate) header_limit: usize,
    pub(crate) fetch_limit: usize,
    pub(crate) trusted_proxies: Vec<String>,
    pub(crate) host: Option<String>,
    pub(crate) port: Option<u16>,
}

/// Never implemented: it exists for the error message that the user reads.
#[diagnostic::on_unimplemented(
    message = "`Start` has no `bind`",
    label = "write `.host(\"0.0.0.0\").port(8080)` before `.serve().await`",
    note = "`--host`, `--port` and the environment's HOST and PORT take precedence"
)]
pub trait HostAndPort {}

impl Default for Start {
    fn default() -> Self {
        Self::new()
    }
}

impl Start {
    /// Creates a program with the routes that are linked in and default settings.
    pub fn new() -> Self {
        Self {
            setup: Setup::default(),
            body_limit: DEFAULT_BODY_LIMIT,
            stream_limit: DEFAULT_STREAM_LIMIT,
            on_error: None,
            request_id_header: None,
            only_crates: None,
            middleware: Vec::new(),
            settings: Settings::default(),
            pages: None,
            workers: None,
            timeouts: Timeouts::default(),
            header_limit: DEFAULT_HEADER_LIMIT,
            fetch_limit: DEFAULT_FETCH_LIMIT,
            trusted_proxies: Vec::new(),
            host: None,
            port: None,
        }
    }

    /// Registers state that handlers share and take with `Data<T>`. There is one value per type.
    ///
    /// # Errors
    /// Two values of one type are an error at start-up.
    #[track_caller]
    pub fn data<T: Send + Sync + 'static>(mut self, value: T) -> Self {
        self.setup.registered.push(Registered::here::<T>());
        self.provide(value)
    }

    /// State of a capability: it may be set up more than once, and is not among what the program has registered.
    pub(crate) fn provide<T: Send + Sync + 'static>(mut self, value: T) -> Self {
        let data = Data::new(value);
        self.setup.data.push(Arc::new(move |config: &mut ServiceConfig| {
            config.app_data(data.clone());
        }));
        self
    }

    /// Adds a middleware of actix around all routes. The closure is called once per worker, because middleware is not
    /// `Send`. As in actix, the middleware that is added last runs first.
    ///
    /// ```no_run
    /// use actix_web::middleware::Compress;
    /// # fn main() -> std::io::Result<()> {
    /// # actix_web::rt::System::new().block_on(async {
    /// start_runtime::Start::new().wrap(Compress::default).serve().await
    /// # })}
    /// ```
    pub fn wrap(mut self, make: impl MakeLayer) -> Self {
        self.setup.layers.push(make.layer());
        self
    }

    /// Adds a middleware around everything that the program answers: routes, pages, files, the docs page, and the 404 and
    /// 405 of what nothing answers. It is an `async fn` or closure that takes an [`APIEvent`](crate::APIEvent) and
    /// [`Next`](crate::Next), sees the request, runs the rest, and sees the answer; or one that takes the event alone, and
    /// answers early with `Some`.
    ///
    /// The one that is added first is the outermost. Middleware of actix ([`Start::wrap`]) is further out, and middleware of
    /// a path ([`Start::middleware_at`]), a folder, a module or a route further in.
    ///
    /// ```
    /// use start_runtime::{Next, Start, prelude::*};
    ///
    /// let start = Start::new().middleware(async |event: APIEvent, next: Next| {
    ///     let id = event.request_id();
    ///     next.run().await.header("X-Id", id)
    /// });
    /// # let _ = start;
    /// ```
    #[track_caller]
    pub fn middleware<Form>(self, middleware: impl Middleware<Form> + Send + Sync) -> Self {
        self.middleware_at("/", middleware)
    }

    /// Adds a middleware around everything at a path and below it, whether a route answers there or nothing does.
    /// `/api/admin` covers `/api/admin` and `/api/admin/users`, and not `/api/administration`. Paths are compared as the
    /// router reads them. Of two prefixes the shorter is further out.
    ///
    /// ```
    /// use start_runtime::{Start, prelude::*};
    ///
    /// let start = Start::new().middleware_at("/api/admin", async |event: APIEvent| {
    ///     event.cookies().get("admin").is_none().then(|| Problem::not_found("there is no such page"))
    /// });
    /// # let _ = start;
    /// ```
    ///
    /// # Errors
    /// A prefix that no path can have, or that has params, is an error at start-up.
    #[track_caller]
    pub fn middleware_at<Form>(
        mut self,
        prefix: impl Into<String>,
        middleware: impl Middleware<Form> + Send + Sync,
    ) -> Self {
        self.middleware.push(ProgramMiddleware::new(prefix.into(), middleware));
        self
    }

    /// Adds services, guards and data with actix's own API. They come before the routes. A `default_service` has no
    /// effect, because the routes take its place.
    pub fn configure(mut self, configure: impl Fn(&mut ServiceConfig) + Send + Sync + 'static) -> Self {
        self.setup.services.push(Arc::new(configure));
        self
    }

    /// Sets how many bytes of a body `json`, `text`, `bytes`, `form` and the extractors read; 2 MiB unless set. A
    /// larger body is answered with 413. A route sets its own limit with
    /// `#[api_route("/api/uploads", body_limit = 64 * 1024 * 1024)]`.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Sets how many bytes a body may have that is read piece by piece, with
    /// [`Request::stream`](crate::Request::stream) or as multipart; 1 GiB unless set. A larger body is answered with
    /// 413. This is not a limit on memory, because such a body is never held in memory as a whole.
    pub fn stream_limit(mut self, bytes: u64) -> Self {
        self.stream_limit = bytes;
        self
    }

    /// Sets the address to listen on, such as `0.0.0.0`; 127.0.0.1 unless set. `localhost` means both loopbacks. `--host`
    /// and the environment's HOST take precedence.
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into());
        self
    }

    /// Sets the port to listen on; 3000 unless set. With 0, the system chooses. `--port` and the environment's PORT take
    /// precedence.
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// There is no `bind`: this exists for the message that the compiler shows.
    #[doc(hidden)]
    pub fn bind<A: HostAndPort>(self, _: A) -> Self {
        self
    }

    /// Sets how many threads answer requests; one per core unless set. `--workers` takes precedence.
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = Some(workers.max(1));
        self
    }

    /// Sets how many bytes the request line and the headers may have together; 16 KiB unless set, and at most 64 KiB. A
    /// longer request line is answered with 414, longer headers with 431 (RFC 6585, section 5). More than 96 headers
    /// are a 431 as well.
    pub fn header_limit(mut self, bytes: usize) -> Self {
        self.header_limit = bytes.min(MOST_HEADER_LIMIT);
        self
    }

    /// Sets how many fetches ([`APIEvent::fetch`](crate::APIEvent::fetch)) one request from outside may lead to, those of
    /// fetched routes included; 1,000 unless set. One more is answered with 508 (Loop Detected, RFC 5842), and the first
    /// of these is logged. What a stream or other work fetches once the answer was handed over is counted fetch by
    /// fetch.
    pub fn fetch_limit(mut self, fetches: usize) -> Self {
        self.fetch_limit = fetches;
        self
    }

    /// Names the reverse proxies before the program, by their addresses or networks: `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`.
    /// What they say of the client in `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host`, or in `Forwarded`
    /// (RFC 7239), is believed by [`APIEvent::client_address`](crate::APIEvent::client_address), by
    /// [`Request::url`](crate::Request::url) and its siblings, and by everything else of Start that asks who the client is
    /// and whether it came by https. Without trusted proxies, which is the default, nothing in a header is.
    ///
    /// Trust the addresses that the proxies connect from, and no others: a client at a trusted address can pretend to be
    /// anybody. Empty texts are left out, so that the value of an environment variable can be split and handed over.
    ///
    /// ```no_run
    /// # fn main() -> std::io::Result<()> {
    /// # actix_web::rt::System::new().block_on(async {
    /// let proxies = std::env::var("TRUSTED_PROXIES").unwrap_or_default();
    /// start_runtime::Start::new().trusted_proxies(proxies.split(',')).serve().await
    /// # })}
    /// ```
    ///
    /// # Errors
    /// A text that is neither an address nor a network is an error at start-up.
    pub fn trusted_proxies<N: Into<String>>(mut self, proxies: impl IntoIterator<Item = N>) -> Self {
        self.trusted_proxies.extend(proxies.into_iter().map(Into::into));
        self
    }

    /// Sets how long a client may take from opening a connection to the first byte, and from the first byte of a
    /// request to the end of its headers; 10 seconds unless set. Late headers are answered with 408, and the connection
    /// is closed. Zero means no limit.
    pub fn header_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.header = bounded(timeout);
        self
    }

    /// Sets how long the reader of a body waits for its next piece; 30 seconds unless set. In addition, the body must
    /// arrive at 240 bytes per second on average, so that sending a byte now and then is not enough. A body that is too
    /// slow is answered with 408, unless a response has begun, and the connection is closed. Time when nothing reads
    /// the body does not count. Zero means no limit.
    ///
    /// This applies to every body, whatever reads it: `json`, `text`, `bytes`, `form`, extractors, streams, middleware.
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.body = bounded(timeout);
        self
    }

    /// Sets how long a client may go without taking any of a response that is ready for it; 30 seconds unless set.
    /// After that, the connection is cut off, and the source of the response is dropped. On Linux, this includes the
    /// part that the kernel has taken over. Zero means no limit.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.write = bounded(timeout);
        self
    }

    /// Sets how long a handler may take, from its first step to its response; no limit unless set. This includes
    /// reading the body and running the extractors, but not sending a streamed response. A handler that takes longer is
    /// dropped at the point it has reached, and the client gets a 503.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.request = Some(bounded(timeout));
        self
    }

    /// Sets how long a connection is kept open for the next request; 75 seconds unless set. A proxy in front should
    /// close its idle connections sooner. Zero closes each connection after its response.
    pub fn keep_alive(mut self, timeout: Duration) -> Self {
        self.timeouts.keep_alive = bounded(timeout);
        self
    }

    /// Sets how long a stopping server waits for requests that it has accepted, and for work behind answers
    /// ([`APIEvent::after`](crate::APIEvent::after)); 30 seconds unless set. Requests that are not answered by then, and
    /// work that is not done, are cut off.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.shutdown = bounded(timeout);
        self
    }

    /// Sets a hook that sees every problem that Start answers with, and returns the response for it. The problem may
    /// come from the router, an extractor, a handler's `Err`, a panic, or middleware. 5xx problems have a cause
    /// ([`Problem::cause`]) and carry `requestId`, the name of the request in the log.
    ///
    /// The headers of the problem, such as `WWW-Authenticate` and `Allow`, are sent with the response that is returned,
    /// unless it has them itself. If its body is not a problem, say so in the document:
    /// [`OpenApi::error_type`](crate::openapi::OpenApi::error_type).
    ///
    /// ```no_run
    /// use start_runtime::{Response, Start};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// # actix_web::rt::System::new().block_on(async {
    /// Start::new()
    ///     .on_error(|problem, request| {
    ///         Response::json(problem.title()).status(problem.status()).header("X-Path", request.uri().path())
    ///     })
    ///     .serve()
    ///     .await
    /// # })}
    /// ```
    pub fn on_error<R: Into<Response>>(
        mut self,
        hook: impl Fn(Problem, &ErrorContext<'_>) -> R + Send + Sync + 'static,
    ) -> Self {
        self.on_error = Some(Arc::new(move |problem, context| hook(problem, context).into()));
        self
    }

    /// Sends the name of each request with its answer, in this header: the `X-Request-Id` that the client sent, if it is a
    /// sensible one, else a generated name. It is the one in the log, and [`APIEvent::request_id`](crate::APIEvent::request_id).
    /// An answer that has the header already keeps its own. What is no name of a header is an error at start-up.
    ///
    /// ```standalone_crate
    /// use start_runtime::{prelude::*, test};
    ///
    /// #[api_route("/api/owls")]
    /// async fn GET() -> &'static str {
    ///     "hoot"
    /// }
    ///
    /// # start_runtime::__rt::block_on(async {
    /// let app = test::app_with(Start::new().request_id_header("X-Request-Id"));
    /// let answer = app.get("/api/owls").header("X-Request-Id", "owl-7").await;
    /// assert_eq!(answer.header("x-request-id"), Some("owl-7"));
    /// # });
    /// ```
    pub fn request_id_header(mut self, name: impl Into<String>) -> Self {
        self.request_id_header = Some(name.into());
        self
    }

    /// Serves only the routes of these crates. A crate that is linked in for another reason then cannot add routes.
    pub fn only_crates<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.only_crates = Some(names.into_iter().map(|name| name.into().replace('-', "_")).collect());
        self
    }

    /// Serves the files of a folder as pages, for GET and HEAD, if no API route and no page route answers. `index.html`
    /// is the page of its folder. The one at the top also answers every path that a single-page app may handle in the
    /// browser: no API route has the path, its last segment has no dot, the Accept header names `text/html`, and the
    /// path is not below `/api`.
    ///
    /// Conditional and range requests are answered. Text has `charset=utf-8`, and no browser guesses another type
    /// (`X-Content-Type-Options: nosniff`). Files that begin with a dot are not served, except `.well-known`. A
    /// relative folder is looked up in the folder that the program was started in.
    pub fn pages(mut self, folder: impl Into<PathBuf>) -> Self {
        self.pages = Some(folder.into());
        self
    }
}
