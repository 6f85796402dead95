//! Rules of HTTP that apply to every response, whatever created it.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};

/// Records that the response depends on the Accept header.
pub fn vary_by_accept(response: &mut HttpResponse) {
    vary_by(response, "Accept");
}

/// Records that the response depends on a header of the request (RFC 9110, section 12.5.5), unless Vary says so already.
pub fn vary_by<B>(response: &mut HttpResponse<B>, name: &'static str) {
    let named = |value: &HeaderValue| {
        let is_name = |known: &str| known == "*" || known.eq_ignore_ascii_case(name);
        value.to_str().is_ok_and(|text| text.split(',').any(|known| is_name(known.trim())))
    };
    if !response.headers().get_all(header::VARY).any(named) {
        response.headers_mut().append(header::VARY, HeaderValue::from_static(name));
    }
}

/// The last step for every response: applies the rules of HTTP that hold for all of them.
pub fn finish(http: HttpRequest, mut response: HttpResponse) -> ServiceResponse {
    if matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED)
        && response.body().size() != BodySize::None
    {
        response = response.set_body(BoxBody::new(actix_web::body::None::new()));
        response.headers_mut().remove(header::CONTENT_TYPE);
    }
    if *http.method() == Method::HEAD {
        response = withhold(response);
    } else if response.body().size() == BodySize::Stream
        && response.headers().contains_key(header::CONTENT_LENGTH)
        && response.head().chunked()
    {
        let (method, path) = (http.method(), http.path());
        tracing::warn!(
            "the Content-Length of the answer to {method} {path} is not sent, because its body is a stream: write `Response::sized_stream(length, stream)`"
        );
    }
    ServiceResponse::new(http, response)
}

/// Removes the body for a response to HEAD. What was in memory stays with the response, for [`content`].
pub fn withhold(response: HttpResponse) -> HttpResponse {
    let (mut response, body) = response.into_parts();
    let size = body.size();
    if let Ok(bytes) = body.try_into_bytes() {
        response.extensions_mut().insert(WithheldContent(bytes));
    }
    response.set_body(BoxBody::new(Withheld(size)))
}

/// The body that a response to HEAD does not send.
struct WithheldContent(Bytes);

/// The body of a response to HEAD: it has a length, but no content is sent (RFC 9110, 9.3.2).
struct Withheld(BodySize);

impl MessageBody for Withheld {
    type Error = std::convert::Infallible;

    fn size(&self) -> BodySize {
        self.0
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Poll::Ready(None)
    }
}

/// The content of a response that is in memory as a whole, also of one to HEAD. `None` for what is sent piece by piece.
/// The response stays as it is.
#[allow(dead_code, reason = "capabilities look at it")]
pub fn content(response: HttpResponse) -> (HttpResponse, Option<Bytes>) {
    let withheld = response.extensions().get::<WithheldContent>().map(|WithheldContent(bytes)| bytes.clone());
    if withheld.is_some() {
        return (response, withheld);
    }
    let (response, body) = response.into_parts();
    match body.try_into_bytes() {
        Ok(bytes) => (response.set_body(BoxBody::new(bytes.clone())), Some(bytes)),
        Err(body) => (response.set_body(body), None),
    }
}

/// The response with other content. One to HEAD gets its length alone.
#[allow(dead_code, reason = "capabilities change it")]
pub fn with_content(response: HttpResponse, content: Bytes) -> HttpResponse {
    let is_withheld = response.extensions().contains::<WithheldContent>();
    let response = response.set_body(BoxBody::new(content));
    if is_withheld { withhold(response) } else { response }
}

/// Whether a response has a status that announces another response (RFC 9110, section 15.2). A 101 that switches to
/// another protocol is final.
pub fn is_interim(response: &HttpResponse) -> bool {
    let switches =
        response.status() == StatusCode::SWITCHING_PROTOCOLS && response.headers().contains_key(header::UPGRADE);
    response.status().is_informational() && !switches
}
