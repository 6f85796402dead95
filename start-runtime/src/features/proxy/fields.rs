//! The fields of messages that are passed on: what is for one connection is left out, and the upstream is told who asks.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http1::HeaderMap as Fields;

use super::base::{Base, Target};
use super::location;
use crate::http::{HopByHop, TrustedProxies, client};

/// The fields of a request, for the upstream; without those that frame its body.
pub fn of_request(http: &HttpRequest, base: &Base) -> HeaderMap {
    let sent = http.headers();
    let hop_by_hop = HopByHop::of(sent);
    let is_trusted = TrustedProxies::that_sent(http).is_some();
    let is_ours = |name: &HeaderName| {
        *name == header::HOST
            || *name == header::CONTENT_LENGTH
            || *name == header::X_FORWARDED_FOR
            || *name == header::X_FORWARDED_HOST
            || *name == header::X_FORWARDED_PROTO
            // Nothing is added to it, so what a client claims there would be all that it says.
            || (*name == header::FORWARDED && !is_trusted)
    };
    let mut fields = HeaderMap::with_capacity(sent.len() + 4);
    if let Ok(host) = HeaderValue::try_from(&base.authority) {
        fields.insert(header::HOST, host);
    }
    for (name, value) in sent.iter().filter(|(name, _)| !hop_by_hop.has(name) && !is_ours(name)) {
        fields.append(name.clone(), value.clone());
    }
    if let Some(addresses) = forwarded_for(http) {
        fields.insert(header::X_FORWARDED_FOR, addresses);
    }
    let has_host = is_trusted || sent.contains_key(header::HOST);
    if let Some(host) = has_host.then(|| HeaderValue::try_from(client::host_of(http)).ok()).flatten() {
        fields.insert(header::X_FORWARDED_HOST, host);
    }
    fields.insert(header::X_FORWARDED_PROTO, HeaderValue::from_static(client::scheme(http)));
    fields
}

/// What the client sent, and behind it the address at the other end of the connection, which nobody can make up.
fn forwarded_for(http: &HttpRequest) -> Option<HeaderValue> {
    let mut list = Vec::new();
    for value in http.headers().get_all(header::X_FORWARDED_FOR) {
        list.extend_from_slice(value.as_bytes());
        list.extend_from_slice(b", ");
    }
    match http.peer_addr() {
        Some(peer) => list.extend_from_slice(peer.ip().to_canonical().to_string().as_bytes()),
        None => list.truncate(list.len().saturating_sub(2)),
    }
    if list.is_empty() { None } else { HeaderValue::from_bytes(&list).ok() }
}

/// The fields of an answer, for the client; without those that frame its body.
pub fn of_answer(fields: &Fields) -> HeaderMap {
    let received = received(fields);
    let hop_by_hop = HopByHop::of(&received);
    let mut kept = HeaderMap::with_capacity(received.len());
    for (name, value) in received.iter().filter(|(name, _)| !hop_by_hop.has(name)) {
        kept.append(name.clone(), value.clone());
    }
    kept
}

/// Rewrites the locations of an answer, which few have.
pub fn relocate(fields: &mut HeaderMap, base: &Base, target: &Target, own_origin: impl FnOnce() -> String) {
    let locations: Vec<HeaderValue> = fields.get_all(header::LOCATION).cloned().collect();
    if locations.is_empty() {
        return;
    }
    fields.remove(header::LOCATION);
    let own_origin = own_origin();
    for location in locations {
        let ours = location.to_str().ok().and_then(|text| location::rewritten(text, base, target, &own_origin));
        let ours = ours.and_then(|text| HeaderValue::try_from(text).ok());
        fields.append(header::LOCATION, ours.unwrap_or(location));
    }
}

/// The fields in the types of actix.
fn received(fields: &Fields) -> HeaderMap {
    let mut map = HeaderMap::with_capacity(fields.len());
    for (name, value) in fields {
        let name = HeaderName::from_bytes(name.as_str().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
            map.append(name, value);
        }
    }
    map
}

/// The fields in the types of hyper.
pub fn sent(fields: &HeaderMap) -> Fields {
    let mut map = Fields::with_capacity(fields.len());
    for (name, value) in fields {
        let name = http1::HeaderName::from_bytes(name.as_str().as_bytes());
        if let (Ok(name), Ok(value)) = (name, http1::HeaderValue::from_bytes(value.as_bytes())) {
            map.append(name, value);
        }
    }
    map
}
