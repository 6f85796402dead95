//! Methods as labels: clients may send any word, but there must be few different labels.

use actix_web::http::Method;

/// The methods of RFC 9110 and RFC 5789, and QUERY: those that OpenTelemetry knows.
const KNOWN: [&str; 10] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "QUERY"];

/// The label of all other methods.
pub const OTHER: &str = "_OTHER";

/// Returns the method, or `_OTHER` (OpenTelemetry's conventions for HTTP, `http.request.method`).
pub fn label(method: &Method) -> &'static str {
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or(OTHER)
}
