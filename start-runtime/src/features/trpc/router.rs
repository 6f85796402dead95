//! A router: procedures of the program, and how they are served.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::error::Error;
use super::table::Table;
use crate::base::timeouts::bounded;
use crate::event::APIEvent;
use crate::kernel::{ProcedureKind, Transformer};

/// How many calls a batch may have unless [`Router::max_batch_size`] says otherwise: 100.
pub const DEFAULT_MAX_BATCH_SIZE: usize = 100;

/// How often a stream that is silent sends a sign of life, unless the router says otherwise: every 15 seconds.
pub const DEFAULT_PING: Duration = Duration::from_secs(15);

/// Procedures of the program, and how they are served. Making one costs nothing: it points at what the linker has
/// collected.
///
/// ```
/// mod api {
///     use start_runtime::trpc;
///
///     /// The names of the procedures begin at this module.
///     pub fn app_router() -> trpc::Router {
///         trpc::router!()
///     }
///
///     mod greeting {
///         use start_runtime::trpc;
///
///         /// `greeting.hello`
///         #[trpc::query]
///         async fn hello(input: Option<String>) -> String {
///             format!("hello {}", input.as_deref().unwrap_or("world"))
///         }
///     }
/// }
///
/// let start = start_runtime::Start::new().trpc_router("/api/trpc", api::app_router().max_batch_size(20));
/// # let _ = start;
/// ```
#[derive(Clone)]
#[must_use]
pub struct Router {
    pub(super) table: &'static Table,
    pub(super) root: Option<&'static str>,
    /// What requests share.
    pub(super) settings: Arc<Settings>,
}

/// How procedures are served.
#[derive(Clone)]
pub struct Settings {
    pub version: Version,
    pub method_override: bool,
    pub batching: bool,
    pub max_batch_size: usize,
    pub separator: char,
    pub sse_ping: Option<Duration>,
    pub sse_max_duration: Option<Duration>,
    pub sse_reconnect_after: Option<Duration>,
    pub jsonl_ping: Option<Duration>,
    pub max_streams: Option<usize>,
    pub origins: Vec<String>,
    pub format: Option<Arc<Format>>,
    pub transformer: Option<Transformer>,
}

/// Which clients are served.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Version {
    V10,
    V11,
}

/// Changes the shape of an error.
pub type Format = dyn Fn(ErrorFormat<'_>) -> Value + Send + Sync;

/// An error that is about to be sent, for [`Router::error_formatter`].
#[non_exhaustive]
pub struct ErrorFormat<'a> {
    /// What tRPC sends: `{ message, code, data: { code, httpStatus, path } }`. Clients need `code` to be a number.
    pub shape: Value,
    /// The error.
    pub error: &'a Error,
    /// `query`, `mutation` or `subscription`, if there is such a procedure.
    pub kind: Option<&'static str>,
    /// The path of the procedure, if the error is one of a call.
    pub path: Option<&'a str>,
    /// The request.
    pub event: &'a APIEvent,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: Version::V11,
            method_override: false,
            batching: true,
            max_batch_size: DEFAULT_MAX_BATCH_SIZE,
            separator: '.',
            sse_ping: Some(DEFAULT_PING),
            sse_max_duration: None,
            sse_reconnect_after: None,
            jsonl_ping: Some(DEFAULT_PING),
            max_streams: None,
            origins: Vec::new(),
            format: None,
            transformer: None,
        }
    }
}

impl Settings {
    /// Whether a method calls procedures of this kind.
    pub fn allows(&self, method: &str, kind: ProcedureKind) -> bool {
        match kind {
            ProcedureKind::Mutation => method == "POST",
            ProcedureKind::Query | ProcedureKind::Subscription => {
                method == "GET" || method == "POST" && self.method_override
            }
        }
    }

    /// The header Allow for procedures of this kind.
    pub fn allow(&self, kind: ProcedureKind) -> &'static str {
        match kind {
            ProcedureKind::Mutation => "POST",
            _ if self.method_override => "GET, POST",
            _ => "GET",
        }
    }
}

impl Router {
    /// All procedures of the program.
    pub fn new() -> Self {
        Self::at(None)
    }

    /// The procedures whose names begin at a module. `trpc::router!()` calls it.
    #[doc(hidden)]
    pub fn below(module: &'static str, transformer: Option<Transformer>) -> Self {
        Self::at(Some(module)).with(|settings| settings.transformer = transformer)
    }

    fn at(root: Option<&'static str>) -> Self {
        Self { table: Table::of(root), root, settings: Arc::default() }
    }

    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(Arc::make_mut(&mut self.settings));
        self
    }

    /// Serves clients of version 10 in place of 11: other refusals, no subscriptions over HTTP, and the stream of
    /// `unstable_httpBatchStreamLink`.
    pub fn v10(self) -> Self {
        self.with(|settings| settings.version = Version::V10)
    }

    /// Whether queries are also called by POST, which clients do with `methodOverride: 'POST'`. They are not unless this
    /// is `true`.
    pub fn allow_method_override(self, allow: bool) -> Self {
        self.with(|settings| settings.method_override = allow)
    }

    /// Whether clients may put several calls into one request; they may unless this is `false`.
    pub fn batching(self, batching: bool) -> Self {
        self.with(|settings| settings.batching = batching)
    }

    /// How many calls a batch may have: [`DEFAULT_MAX_BATCH_SIZE`](crate::trpc::DEFAULT_MAX_BATCH_SIZE) unless this says
    /// otherwise. One more is a `BAD_REQUEST`. Give clients the same number as `maxItems` of their link.
    pub fn max_batch_size(self, calls: usize) -> Self {
        self.with(|settings| settings.max_batch_size = calls)
    }

    /// What stands between the names of a path in a URL: a dot, or `_`, `~` or `-`. Dots work as well. Any other sign is
    /// left alone.
    pub fn path_separator(self, separator: char) -> Self {
        self.with(|settings| {
            if matches!(separator, '.' | '_' | '~' | '-') {
                settings.separator = separator;
            }
        })
    }

    /// Changes what errors look like, as the `errorFormatter` of tRPC does.
    ///
    /// ```
    /// use start_runtime::trpc::Router;
    ///
    /// let router = Router::new().error_formatter(|format| {
    ///     let mut shape = format.shape;
    ///     shape["data"]["requestId"] = format.event.request_id().into();
    ///     shape
    /// });
    /// # let _ = router;
    /// ```
    pub fn error_formatter(self, format: impl Fn(ErrorFormat<'_>) -> Value + Send + Sync + 'static) -> Self {
        self.with(|settings| settings.format = Some(Arc::new(format)))
    }

    /// How often a silent subscription sends a ping: every 15 seconds unless this says otherwise. Zero sends none.
    pub fn sse_ping(self, interval: Duration) -> Self {
        self.with(|settings| settings.sse_ping = interval_of(interval))
    }

    /// How long a subscription lasts at most. Then its connection ends, and the client connects again, from the last id
    /// that it has seen. Zero means no limit, which is the default.
    pub fn sse_max_duration(self, duration: Duration) -> Self {
        self.with(|settings| settings.sse_max_duration = interval_of(duration))
    }

    /// After how much silence clients connect again: longer than the interval of pings. Zero leaves it to the client,
    /// which is the default.
    pub fn sse_reconnect_after_inactivity(self, silence: Duration) -> Self {
        self.with(|settings| settings.sse_reconnect_after = interval_of(silence))
    }

    /// How often a silent stream of answers (`httpBatchStreamLink`) sends a sign of life: every 15 seconds unless this
    /// says otherwise. Zero sends none.
    pub fn jsonl_ping(self, interval: Duration) -> Self {
        self.with(|settings| settings.jsonl_ping = interval_of(interval))
    }

    /// How many subscriptions may be open in this program at one time. One more fails with `TOO_MANY_REQUESTS`. There is
    /// no limit unless this sets one.
    pub fn max_streams(self, streams: usize) -> Self {
        self.with(|settings| settings.max_streams = Some(streams))
    }

    /// Lets pages of this origin, such as `https://owls.example`, open WebSockets, too. A browser sends the cookies of the
    /// program with them and asks nobody, so by default only pages of the program's own host may.
    pub fn allow_origin(self, origin: impl Into<String>) -> Self {
        self.with(|settings| settings.origins.push(origin.into()))
    }

    /// Whether there are no procedures.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }
}

fn interval_of(interval: Duration) -> Option<Duration> {
    (!interval.is_zero()).then(|| bounded(interval))
}

impl Default for Router {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router").field("root", &self.root).finish_non_exhaustive()
    }
}
