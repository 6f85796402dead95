//! The answer to what actix never sees, as bytes.

use std::time::SystemTime;

use actix_web::HttpResponse;
use actix_web::body::MessageBody as _;
use actix_web::http::header::{self, HttpDate};

/// A whole answer, the last one on its connection. A body that is a stream is left out.
pub fn encode(response: HttpResponse) -> Vec<u8> {
    let (head, body) = response.into_parts();
    let body = body.try_into_bytes().unwrap_or_default();
    let status = head.status();
    let reason = status.canonical_reason().unwrap_or_default();
    let mut bytes = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
    let ours = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION, header::DATE];
    for (name, value) in head.headers().iter().filter(|(name, _)| !ours.contains(name)) {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    let date = HttpDate::from(SystemTime::now());
    bytes.extend_from_slice(
        format!("content-length: {}\r\nconnection: close\r\ndate: {date}\r\n\r\n", body.len()).as_bytes(),
    );
    bytes.extend_from_slice(&body);
    bytes
}
