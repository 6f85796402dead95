//! The types of the crate `http` 1, which clients such as reqwest and services of tower speak: their answers are responses,
//! and a request can be one of theirs.

mod body;

use std::error::Error as StdError;

use actix_web::HttpResponse;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Bytes;
use http_body::Body;

use crate::event::Request;
use crate::http::HopByHop;
use crate::kernel::Capability;
use crate::response::Response;

pub const CAPABILITY: Capability = Capability::TYPES_ONLY;

/// With the feature `http1`. Passes on the answer of another client or service: its status, its headers but for those of one
/// connection (RFC 9110, section 7.6.1), and its body as it comes.
///
/// ```
/// use start_runtime::Response;
/// # use http1 as http;
///
/// let answer = http::Response::builder().status(404).header("x-owl", "Errol").body("nobody".to_owned()).unwrap();
/// let response = Response::from(answer);
/// assert_eq!(response.status_code(), 404);
/// assert_eq!(response.headers().get("x-owl").unwrap(), "Errol");
/// ```
///
/// With reqwest, whose response is one of these:
///
/// ```ignore
/// let answer = client.get("https://owls.example/").send().await?;
/// Ok(Response::from(http::Response::from(answer)))
/// ```
impl<B> From<http1::Response<B>> for Response
where
    B: Body<Data = Bytes> + 'static,
    B::Error: Into<Box<dyn StdError>>,
{
    fn from(answer: http1::Response<B>) -> Self {
        let (head, body) = answer.into_parts();
        let status = StatusCode::from_u16(head.status.as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let is_empty = body.is_end_stream();
        let mut response = HttpResponse::with_body(status, BoxBody::new(body::Converted::new(body)));
        let received = received(&head.headers);
        let hop_by_hop = HopByHop::of(&received);
        for (name, value) in received.iter().filter(|(name, _)| !hop_by_hop.has(name)) {
            response.headers_mut().append(name.clone(), value.clone());
        }
        // The body knows its length. Where there is none, the field may be that of an answer to HEAD.
        if !is_empty {
            response.headers_mut().remove(header::CONTENT_LENGTH);
        }
        response.into()
    }
}

/// With the feature `http1`. Method, path and query, and the headers but for those of one connection; the body is left out:
/// `http::Request::from(&event.request).map(|()| body)`.
impl From<&Request> for http1::Request<()> {
    fn from(request: &Request) -> Self {
        let mut converted = Self::new(());
        if let Ok(method) = http1::Method::from_bytes(request.method().as_str().as_bytes()) {
            *converted.method_mut() = method;
        }
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        if let Ok(target) = http1::uri::PathAndQuery::try_from(target) {
            *converted.uri_mut() = target.into();
        }
        let hop_by_hop = HopByHop::of(request.headers());
        for (name, value) in request.headers().iter().filter(|(name, _)| !hop_by_hop.has(name)) {
            let name = http1::HeaderName::from_bytes(name.as_str().as_bytes());
            if let (Ok(name), Ok(value)) = (name, http1::HeaderValue::from_bytes(value.as_bytes())) {
                converted.headers_mut().append(name, value);
            }
        }
        converted
    }
}

fn received(fields: &http1::HeaderMap) -> HeaderMap {
    let mut map = HeaderMap::with_capacity(fields.len());
    for (name, value) in fields {
        let name = HeaderName::from_bytes(name.as_str().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
            map.append(name, value);
        }
    }
    map
}
