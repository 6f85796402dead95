//! Requests to other programs, as `event.fetch` hands them to the capability that sends them.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::web::Bytes;
use futures_core::future::LocalBoxFuture;
use tokio::time::Instant;

/// Sends requests to other programs.
pub type Outside = Arc<dyn Fn(OutsideRequest) -> LocalBoxFuture<'static, OutsideResult> + Send + Sync>;

pub type OutsideResult = Result<OutsideAnswer, OutsideFault>;

/// A request with a URL.
pub struct OutsideRequest {
    pub method: Method,
    pub url: String,
    pub headers: HeaderMap,
    pub body: Option<Bytes>,
    pub options: OutsideOptions,
}

/// What a request says itself, in place of the program's settings.
#[derive(Clone, Debug, Default)]
pub struct OutsideOptions {
    pub timeout: Option<Duration>,
    pub redirects: Option<usize>,
    pub public_only: bool,
}

/// The answer of another program.
pub struct OutsideAnswer {
    pub response: HttpResponse,
    /// Where it comes from, after redirects.
    pub url: String,
    /// How many bytes of its body may be collected.
    pub most: usize,
    /// Until when they may be collected.
    pub until: Option<Instant>,
}

/// Why there is none.
pub enum OutsideFault {
    /// What the URL is not.
    Address(String),
    /// The address may not be asked.
    Refused(String),
    TimedOut(String),
    Failed(String),
}
