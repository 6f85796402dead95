//! What all workers share, and what each worker has for itself.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;

use actix_http::Request;
use actix_web::dev::ServiceRequest;
use actix_web::http::Uri;
use actix_web::http::header::HeaderName;

use super::after::AfterWork;
use super::middleware::ProgramMiddlewares;
use super::observe::{MakeWatcher, Observer};
use super::outside::Outside;
use super::render::OnError;
use super::service::LocalDispatch;
use super::table::Table;
use super::type_map::State;
use crate::base::timeouts::Timeouts;
use crate::transport::Stopping;

/// How many bytes of a body are held in memory, unless [`Start::body_limit`](crate::Start::body_limit) sets another
/// limit: 2 MiB.
pub const DEFAULT_BODY_LIMIT: usize = 2 * 1024 * 1024;

/// How many bytes a body that is read piece by piece may have, unless
/// [`Start::stream_limit`](crate::Start::stream_limit) or the route sets another limit: 1 GiB.
pub const DEFAULT_STREAM_LIMIT: u64 = 1024 * 1024 * 1024;

/// How many bytes the request line and the headers may have, unless [`Start::header_limit`](crate::Start::header_limit)
/// sets another limit: 16 KiB.
pub const DEFAULT_HEADER_LIMIT: usize = 16 * 1024;

/// How many fetches one request from outside may lead to, unless [`Start::fetch_limit`](crate::Start::fetch_limit) sets
/// another limit: 1,000.
pub const DEFAULT_FETCH_LIMIT: usize = 1000;

/// The routes and settings of a running program. Built once and shared by the workers. The default has no routes and
/// the default settings.
pub struct App {
    pub table: Table,
    pub body_limit: usize,
    pub stream_limit: u64,
    pub timeouts: Timeouts,
    pub header_limit: usize,
    pub fetch_limit: usize,
    pub on_error: Option<Arc<OnError>>,
    /// The header that tells a client the name of its request.
    pub request_id_header: Option<HeaderName>,
    /// The state of capabilities.
    #[allow(dead_code, reason = "capabilities read it")]
    pub state: State,
    pub watchers: Vec<MakeWatcher>,
    /// What sends requests to other programs, if anything does.
    pub outside: Option<Outside>,
    /// Whether anything other than the routes may look for [`Matched`](super::Matched) in a request's extensions.
    pub has_middleware: bool,
    pub after: Arc<AfterWork>,
    pub stopping: Arc<Stopping>,
    /// Middleware around all routes, or those below a prefix.
    pub middleware: ProgramMiddlewares,
}

impl Default for App {
    fn default() -> Self {
        Self {
            table: Table::default(),
            body_limit: DEFAULT_BODY_LIMIT,
            stream_limit: DEFAULT_STREAM_LIMIT,
            timeouts: Timeouts::default(),
            header_limit: DEFAULT_HEADER_LIMIT,
            fetch_limit: DEFAULT_FETCH_LIMIT,
            on_error: None,
            request_id_header: None,
            state: State::default(),
            watchers: Vec::new(),
            outside: None,
            has_middleware: false,
            after: Arc::default(),
            stopping: Arc::default(),
            middleware: ProgramMiddlewares::default(),
        }
    }
}

/// The part of a program that each thread has for itself.
pub struct Worker {
    pub app: Arc<App>,
    pub observer: Observer,
    /// Whether nothing of actix's or the user's stands between the service and the routes.
    is_direct: bool,
    /// See [`Worker::hold_target`].
    target: Cell<Option<Uri>>,
    service: RefCell<Option<Weak<dyn LocalDispatch>>>,
}

impl Worker {
    /// `is_direct`: whether nothing of actix's or the user's stands between the service and the routes.
    pub fn new(app: Arc<App>, is_direct: bool) -> Rc<Self> {
        let observer = Observer::new(&app.watchers);
        Rc::new(Self { observer, app, is_direct, target: Cell::new(None), service: RefCell::new(None) })
    }

    /// Keeps a request's target from actix's app, which would decode it for a router that is not used.
    pub fn hold_target(&self, request: &mut Request) {
        if self.is_direct {
            self.target.set(Some(std::mem::take(&mut request.head_mut().uri)));
        }
    }

    /// Gives a request its target back.
    pub fn restore_target(&self, request: &mut ServiceRequest) {
        if let Some(target) = self.target.take() {
            request.head_mut().uri = target;
        }
    }

    /// The whole service, middleware included, while the server runs.
    pub fn service(&self) -> Option<Rc<dyn LocalDispatch>> {
        self.service.borrow().as_ref()?.upgrade()
    }

    /// Sets the service. The reference is weak, because the service holds the worker.
    pub fn set_service(&self, service: Weak<dyn LocalDispatch>) {
        *self.service.borrow_mut() = Some(service);
    }
}
