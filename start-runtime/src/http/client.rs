//! The client of a request, and how it reached the program: by its connection, or by what trusted proxies say.
//!
//! Where a proxy sends both kinds of fields, `X-Forwarded-…` counts: most proxies set these and pass `Forwarded` through as
//! the client sent it.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName};

use super::{TrustedProxies, forwarded, host};

/// The address of the client: that at the other end of the connection, unless it belongs to a trusted proxy. Then the
/// list of forwarded addresses is read from the right, where the nearest proxy writes: trusted ones are passed over, and the
/// first other one is the client. What is no address ends the walk, because nobody vouches for what stands left of it.
pub fn address(http: &HttpRequest) -> Option<IpAddr> {
    let mut client = http.peer_addr()?.ip().to_canonical();
    let Some(proxies) = TrustedProxies::that_sent(http) else { return Some(client) };
    for element in forwarded_addresses(http).into_iter().rev() {
        let Some(address) = element else { break };
        client = address;
        if !proxies.has(address) {
            break;
        }
    }
    Some(client)
}

/// The addresses that proxies wrote down, from the left; `None` is an element that is no address.
fn forwarded_addresses(http: &HttpRequest) -> Vec<Option<IpAddr>> {
    let headers = http.headers();
    let list = forwarded::list(headers, &header::X_FORWARDED_FOR);
    if !list.is_empty() {
        return list.into_iter().map(|text| forwarded::address(std::str::from_utf8(text).ok()?)).collect();
    }
    forwarded::elements(headers).into_iter().map(|element| forwarded::address(&element.node?)).collect()
}

/// Whether the client reached the program over https: as the rightmost proxy says, if it is trusted, else by the
/// connection itself.
pub fn is_https(http: &HttpRequest) -> bool {
    let said = TrustedProxies::that_sent(http)
        .and_then(|_| said_by_proxy(http, &header::X_FORWARDED_PROTO, |element| element.proto));
    match said {
        Some(proto) => proto.eq_ignore_ascii_case("https"),
        None => http.app_config().secure() || http.uri().scheme_str() == Some("https"),
    }
}

/// `https` or `http`.
pub fn scheme(http: &HttpRequest) -> &'static str {
    if is_https(http) { "https" } else { "http" }
}

/// Host and port that the client asked for: as the rightmost proxy says, if it is trusted, else as the Host header does.
/// What the proxy says counts if it is a host.
pub fn host_of(http: &HttpRequest) -> String {
    let said = TrustedProxies::that_sent(http)
        .and_then(|_| said_by_proxy(http, &header::X_FORWARDED_HOST, |element| element.host))
        .filter(|said| !host::is_malformed(said.as_bytes()));
    if let Some(said) = said {
        return said;
    }
    let sent = http.headers().get(header::HOST).and_then(|sent| sent.to_str().ok());
    let authority = || http.uri().authority().map(|authority| authority.as_str());
    sent.or_else(authority).unwrap_or_else(|| http.app_config().host()).to_owned()
}

/// The rightmost element of a field of its own, or of `Forwarded`.
fn said_by_proxy(
    http: &HttpRequest,
    own: &HeaderName,
    member: fn(forwarded::Element) -> Option<String>,
) -> Option<String> {
    let headers = http.headers();
    if let Some(last) = forwarded::list(headers, own).pop() {
        return String::from_utf8(last.to_vec()).ok();
    }
    member(forwarded::elements(headers).pop()?)
}
