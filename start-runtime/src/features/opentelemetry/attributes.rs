//! The attributes of a request's span, by OpenTelemetry's conventions for HTTP. The query is left out, because it may
//! contain private data.

use std::borrow::Cow;

use actix_http::{Request, Version};
use actix_web::HttpMessage as _;
use actix_web::http::header;
use actix_web::http::uri::Authority;
use opentelemetry::KeyValue;

use crate::http::methods;

pub const ROUTE: &str = "http.route";
pub const STATUS: &str = "http.response.status_code";
pub const ERROR: &str = "error.type";

/// The `error.type` of a request whose client went away before the response.
pub const CANCELLED: &str = "cancelled";

/// The `error.type` of a response whose body failed after its head had been created.
pub const BROKEN_OFF: &str = "broken_off";

/// The attributes that are known when a request arrives.
pub fn of(request: &Request, method: &'static str) -> Vec<KeyValue> {
    let mut all = Vec::with_capacity(10);
    all.push(KeyValue::new("http.request.method", method));
    if method == methods::OTHER {
        all.push(KeyValue::new("http.request.method_original", request.method().to_string()));
    }
    all.push(KeyValue::new("url.path", request.path().to_owned()));
    all.push(KeyValue::new("url.scheme", scheme(request)));
    if let Some(authority) = authority(request) {
        // The brackets of an IPv6 address are part of the URL, not of the address.
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        all.push(KeyValue::new("server.address", host));
        if let Some(port) = authority.port_u16() {
            all.push(KeyValue::new("server.port", i64::from(port)));
        }
    }
    if let Some(peer) = request.peer_addr() {
        all.push(KeyValue::new("client.address", peer.ip().to_string()));
        all.push(KeyValue::new("network.peer.address", peer.ip().to_string()));
        all.push(KeyValue::new("network.peer.port", i64::from(peer.port())));
    }
    if let Some(agent) = request.headers().get(header::USER_AGENT) {
        all.push(KeyValue::new("user_agent.original", String::from_utf8_lossy(agent.as_bytes()).into_owned()));
    }
    if let Some(version) = version(request.version()) {
        all.push(KeyValue::new("network.protocol.version", version));
    }
    all
}

/// HTTP/2 sends the scheme in the request; a request without one is not encrypted.
fn scheme(request: &Request) -> Cow<'static, str> {
    match request.uri().scheme_str() {
        None | Some("http") => "http".into(),
        Some("https") => "https".into(),
        Some(other) => other.to_owned().into(),
    }
}

fn authority(request: &Request) -> Option<Authority> {
    let host = || request.headers().get(header::HOST)?.to_str().ok()?.parse().ok();
    request.uri().authority().cloned().or_else(host)
}

fn version(version: Version) -> Option<&'static str> {
    match version {
        Version::HTTP_10 => Some("1.0"),
        Version::HTTP_11 => Some("1.1"),
        Version::HTTP_2 => Some("2"),
        Version::HTTP_3 => Some("3"),
        _ => None,
    }
}
