//! The settings of a program: [`Start`], and what it hands to each worker.
//!
//! Only settings of the core stand here. A capability brings its own: `impl Start` in its folder, kept by type.

mod folder;
pub mod linked;
mod setup;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse, Transform};
use actix_web::web::{Data, ServiceConfig};

use crate::base::timeouts::{Timeouts, bounded};
use crate::kernel::{
    DEFAULT_BODY_LIMIT, DEFAULT_HEADER_LIMIT, DEFAULT_STREAM_LIMIT, ErrorContext, Inner, OnError, Settings, layer,
};
use crate::response::{Problem, Response};
pub use folder::RouteFolder;
pub use setup::Setup;

/// actix reads no head that is larger than this.
const MOST_HEADER_LIMIT: usize = 64 * 1024;

/// A program: its routes are those that are linked in, its settings are given here.
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
    pub(crate) only_crates: Option<Vec<String>>,
    /// What its capabilities were told.
    pub(crate) settings: Settings,
    pub(crate) pages: Option<PathBuf>,
    pub(crate) workers: Option<usize>,
    pub(crate) timeouts: Timeouts,
    pub(crate) header_limit: usize,
}

impl Default for Start {
    fn default() -> Self {
        Self::new()
    }
}

impl Start {
    /// A program with the routes that are linked in, and default settings.
    pub fn new() -> Self {
        Self {
            setup: Setup::default(),
            body_limit: DEFAULT_BODY_LIMIT,
            stream_limit: DEFAULT_STREAM_LIMIT,
            on_error: None,
            only_crates: None,
            settings: Settings::default(),
            pages: None,
            workers: None,
            timeouts: Timeouts::default(),
            header_limit: DEFAULT_HEADER_LIMIT,
        }
    }

    /// State that handlers share: taken with `Data<T>`. One value of each type.
    pub fn data<T: Send + Sync + 'static>(mut self, value: T) -> Self {
        let data = Data::new(value);
        self.setup.data.push(Arc::new(move |config: &mut ServiceConfig| {
            config.app_data(data.clone());
        }));
        self
    }

    /// Middleware of actix around all routes. The closure is called once a worker, because
    /// middleware is not `Send`. As in actix, the one that is added last runs first.
    ///
    /// ```no_run
    /// use actix_web::middleware::Compress;
    /// # fn main() -> std::io::Result<()> {
    /// # actix_web::rt::System::new().block_on(async {
    /// start_runtime::Start::new().wrap(Compress::default).serve().await
    /// # })}
    /// ```
    pub fn wrap<F, M, B>(mut self, make: F) -> Self
    where
        F: Fn() -> M + Send + Sync + 'static,
        M: Transform<Inner, ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
        M::InitError: 'static,
        M::Transform: 'static,
        B: MessageBody + 'static,
    {
        self.setup.layers.push(layer(make));
        self
    }

    /// Services, guards and data by actix's own means. They are asked before the routes; a
    /// `default_service` has no effect, because that is where the routes are.
    pub fn configure(mut self, configure: impl Fn(&mut ServiceConfig) + Send + Sync + 'static) -> Self {
        self.setup.services.push(Arc::new(configure));
        self
    }

    /// How many bytes of a body are read by `json`, `text`, `bytes`, `form` and the extractors; 2 MiB
    /// unless set. A larger body is answered with 413. A route has its own limit with
    /// `#[api_route("/api/uploads", body_limit = 64 * 1024 * 1024)]`.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// How many bytes a body may have that is read piece by piece, with
    /// [`Request::stream`](crate::Request::stream) or as multipart; 1 GiB unless set. More is answered
    /// with 413. It is no limit of memory: nothing of such a body is held.
    pub fn stream_limit(mut self, bytes: u64) -> Self {
        self.stream_limit = bytes;
        self
    }

    /// How many threads answer requests; as many as there are cores unless set, or as `--workers`
    /// says.
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = Some(workers.max(1));
        self
    }

    /// How many bytes the request line and the headers may have together; 16 KiB unless set, and never
    /// more than 64 KiB. A longer request line is answered with 414, more headers with 431 (RFC 6585,
    /// section 5). More than 96 headers are a 431 as well.
    pub fn header_limit(mut self, bytes: usize) -> Self {
        self.header_limit = bytes.min(MOST_HEADER_LIMIT);
        self
    }

    /// How long a client may take from opening a connection to the first byte, and from the first
    /// byte of a request to the end of its headers; 10 seconds unless set. Late headers are answered
    /// with 408, and the connection is closed. Zero waits without end.
    pub fn header_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.header = bounded(timeout);
        self
    }

    /// How long the reader of a body waits for the next piece of it; 30 seconds unless set. In the
    /// long run 240 bytes have to come a second, so that one byte now and then is not enough. A body
    /// that is too slow is answered with 408, unless an answer has begun, and the connection is
    /// closed. Time in which nobody reads does not count. Zero waits without end.
    ///
    /// Bodies of all kinds are held to it, whatever reads them: `json`, `text`, `bytes`, `form`,
    /// extractors, streams, middleware.
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.body = bounded(timeout);
        self
    }

    /// How long a client may take nothing of an answer that is waiting for it; 30 seconds unless set.
    /// Then the connection is cut off, and what makes the answer is dropped. On Linux this holds for
    /// the part that the kernel has taken over, too. Zero waits without end.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.write = bounded(timeout);
        self
    }

    /// How long a handler may take, from its first step to its answer; without end unless set. Reading
    /// the body and the extractors count, sending a streamed answer does not. A handler that takes
    /// longer is dropped where it is, and the client gets a 503.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.request = Some(bounded(timeout));
        self
    }

    /// How long a connection is kept open for the next request; 75 seconds unless set. A proxy in
    /// front should close its idle connections before that. Zero closes each connection behind its
    /// answer.
    pub fn keep_alive(mut self, timeout: Duration) -> Self {
        self.timeouts.keep_alive = bounded(timeout);
        self
    }

    /// How long a stopping server waits for requests that it has accepted; 30 seconds unless set.
    /// What is not answered then is cut off.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.shutdown = bounded(timeout);
        self
    }

    /// Sees, shapes and logs every problem that Start answers with, wherever it comes from: the
    /// router, an extractor, a handler's `Err`, a panic, middleware. 5xx problems have a cause
    /// ([`Problem::cause`]) and carry `requestId`, the name of the request in the log.
    ///
    /// ```no_run
    /// use start_runtime::{Response, Start};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// # actix_web::rt::System::new().block_on(async {
    /// Start::new()
    ///     .on_error(|problem, request| {
    ///         Response::json(&problem.title()).status(problem.status()).header("X-Path", request.uri().path())
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

    /// Serves the routes of these crates only. A crate that is linked in for another reason cannot
    /// bring routes along.
    pub fn only_crates<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.only_crates = Some(names.into_iter().map(|name| name.into().replace('-', "_")).collect());
        self
    }

    /// Serves the files of a folder as pages, GET and HEAD: those that no API route and no page route
    /// answers. `index.html` is the page of its folder, and at the top also that of every path that a
    /// single-page app knows in the browser: no API route has it, its last segment has no dot, the
    /// Accept header names `text/html`, and it is not below `/api`.
    ///
    /// Conditional and range requests are answered. Files that begin with a dot are not served, but
    /// for `.well-known`. A relative folder is looked for where the program was started.
    pub fn pages(mut self, folder: impl Into<PathBuf>) -> Self {
        self.pages = Some(folder.into());
        self
    }
}
