//! The answer to what is not a request: a problem that `on_error`, the access log and metrics see like any other.

use std::net::SocketAddr;

use actix_http::Request;
use actix_web::HttpResponse;
use actix_web::http::{Method, StatusCode, Uri};

use super::answering::AccessLog;
use crate::kernel::observe::Sender;
use crate::kernel::{AnswerId, ErrorContext, Worker};
use crate::response::Problem;
use crate::transport::Refusal;

/// The response to a refusal.
pub fn answer(worker: &Worker, refusal: Refusal, client: Option<SocketAddr>) -> HttpResponse {
    let request = unreadable(client);
    let mut observation = worker.observer.begin(&request, Sender::Outside);
    let log = observation.within(|| AccessLog::begin(&request, &observation));
    let response = observation.within(|| render(worker, &request, refusal));
    if let Some(log) = log {
        observation.within(|| log.end(response.status()));
    }
    let mut response = observation.answered(response);
    AnswerId::of(&worker.app, &request).write(response.headers_mut());
    response
}

fn render(worker: &Worker, request: &Request, refusal: Refusal) -> HttpResponse {
    let is_quiet = refusal.status != StatusCode::INTERNAL_SERVER_ERROR;
    let context = ErrorContext { is_quiet, ..ErrorContext::of(request) };
    worker.app.render_in(Problem::new(refusal.status).with_detail(refusal.detail), &context)
}

/// Stands for what could not be read: neither a method nor a target is known.
fn unreadable(client: Option<SocketAddr>) -> Request {
    let mut request = Request::new();
    let head = request.head_mut();
    head.method = Method::from_bytes(b"-").unwrap_or_default();
    head.uri = Uri::from_static("*");
    head.peer_addr = client;
    request
}
