//! The answer of an upstream becomes a response of the program.

use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody as _};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};

use super::client::Passed;
use crate::response::Untouched;

/// A response with this status, these fields and this body.
pub fn response(status: u16, fields: HeaderMap, body: Passed) -> HttpResponse {
    let size = body.size();
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut response = HttpResponse::with_body(status, BoxBody::new(body));
    *response.headers_mut() = fields;
    response.extensions_mut().insert(Untouched);
    // Where there is no body, the length is that of the body which would be there (RFC 9110, section 8.6).
    if size != BodySize::None {
        response.headers_mut().remove(header::CONTENT_LENGTH);
    }
    response
}
