//! What all workers share, and what each worker has for itself.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use super::render::OnError;
use super::service::LocalDispatch;
use super::table::Table;
use crate::base::timeouts::Timeouts;
use crate::docs::Docs;
#[cfg(feature = "multipart")]
use crate::multipart::Uploads;
use crate::observe::Observer;
#[cfg(feature = "metrics")]
use crate::observe::metrics::Recorder;

/// How many bytes of a body are held in memory, unless [`Start::body_limit`](crate::Start::body_limit) says otherwise:
/// 2 MiB.
pub const DEFAULT_BODY_LIMIT: usize = 2 * 1024 * 1024;

/// How many bytes a body may have that is read piece by piece, unless
/// [`Start::stream_limit`](crate::Start::stream_limit) or the route says otherwise: 1 GiB.
pub const DEFAULT_STREAM_LIMIT: u64 = 1024 * 1024 * 1024;

/// How many bytes the request line and the headers may have, unless
/// [`Start::header_limit`](crate::Start::header_limit) says otherwise: 16 KiB.
pub const DEFAULT_HEADER_LIMIT: usize = 16 * 1024;

/// The routes and settings of a running program. Built once, shared by the workers.
pub struct App {
    pub table: Table,
    pub body_limit: usize,
    pub stream_limit: u64,
    #[cfg(feature = "multipart")]
    pub uploads: Uploads,
    pub timeouts: Timeouts,
    pub header_limit: usize,
    pub on_error: Option<Arc<OnError>>,
    pub docs: Docs,
    /// What the route of `Start::metrics` serves.
    #[cfg(feature = "metrics")]
    pub metrics: Option<Recorder>,
    /// Whether anything but the routes may look for [`Matched`](super::Matched) in a request's extensions.
    pub has_middleware: bool,
}

/// One thread's part.
pub struct Worker {
    pub app: Arc<App>,
    pub observer: Observer,
    service: RefCell<Option<Weak<dyn LocalDispatch>>>,
}

impl Worker {
    pub fn new(app: Arc<App>) -> Rc<Self> {
        let observer = Observer::new(&app);
        Rc::new(Self { observer, app, service: RefCell::new(None) })
    }

    /// The whole service, middleware included, while the server runs.
    pub fn service(&self) -> Option<Rc<dyn LocalDispatch>> {
        self.service.borrow().as_ref()?.upgrade()
    }

    /// Weak, because the service holds the worker.
    pub fn set_service(&self, service: Weak<dyn LocalDispatch>) {
        *self.service.borrow_mut() = Some(service);
    }
}
