//! The response to a message that cannot be read as a request: a problem like all others.

use std::net::IpAddr;

use actix_web::HttpResponse;
use actix_web::http::header::HeaderMap;
use actix_web::http::{Method, Uri};

use crate::http::RequestId;
use crate::kernel::{App, ErrorContext};
use crate::response::Problem;
use crate::transport::Refusal;

/// The response to a refusal, shaped by `on_error` if there is one.
pub fn render(app: &App, refusal: Refusal, address: Option<IpAddr>) -> HttpResponse {
    // Neither method nor URI is known: the message could not be read.
    let method = Method::from_bytes(b"-").unwrap_or_default();
    let uri = Uri::from_static("*");
    let id = Some(RequestId::new(&HeaderMap::new()));
    let context = ErrorContext { method: &method, uri: &uri, http: None, pattern: None, id, address };
    app.render_in(Problem::new(refusal.status).with_detail(refusal.detail), &context)
}
