//! A response that is built once and kept: plain and gzip, each with its own ETag.

use std::hash::{DefaultHasher, Hasher as _};
use std::io::{self, Write as _};
use std::sync::OnceLock;

use actix_web::http::header::{
    self, AcceptEncoding, Encoding, EntityTag, Header as _, HeaderName, HeaderValue, IfNoneMatch,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::response::Response;

/// A text and the headers that go with it.
pub struct CachedText {
    content_type: &'static str,
    headers: Vec<(HeaderName, HeaderValue)>,
    plain: Bytes,
    /// Built when a client first accepts it.
    gzip: OnceLock<Option<Bytes>>,
    hash: u64,
}

impl CachedText {
    pub fn new(content_type: &'static str, headers: Vec<(HeaderName, HeaderValue)>, text: String) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(text.as_bytes());
        let hash = hasher.finish();
        Self { content_type, headers, plain: text.into(), gzip: OnceLock::new(), hash }
    }

    /// Returns the text, in an encoding that the client accepts, or a 304 if the client has it already (RFC 9110,
    /// section 13.1.2).
    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let gzip = takes_gzip(request).then(|| self.gzip()).flatten();
        // Each encoding is a representation of its own: RFC 9110, section 8.8.3.3.
        let tag = EntityTag::new_strong(format!("{:016x}{}", self.hash, if gzip.is_some() { "-gzip" } else { "" }));
        let response = if has(request, &tag) {
            Response::empty().status(304)
        } else {
            let is_gzip = gzip.is_some();
            let response = Response::new(gzip.unwrap_or_else(|| self.plain.clone())).content_type(self.content_type);
            if is_gzip { response.header("content-encoding", "gzip") } else { response }
        };
        let mut response: HttpResponse = response
            .header("etag", tag.to_string())
            .header("vary", "Accept-Encoding")
            .header("cache-control", "no-cache")
            .header("x-content-type-options", "nosniff")
            .into();
        for (name, value) in &self.headers {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        response
    }

    fn gzip(&self) -> Option<Bytes> {
        self.gzip.get_or_init(|| compressed(&self.plain).ok()).clone()
    }
}

fn compressed(plain: &[u8]) -> io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain)?;
    Ok(encoder.finish()?.into())
}

fn takes_gzip(request: &HttpRequest) -> bool {
    let supported = [Encoding::gzip(), Encoding::identity()];
    let wanted = request.headers().contains_key(header::ACCEPT_ENCODING);
    let accepted = wanted.then(|| AcceptEncoding::parse(request).ok()).flatten();
    accepted.and_then(|accepted| accepted.negotiate(supported.iter())) == Some(Encoding::gzip())
}

fn has(request: &HttpRequest, tag: &EntityTag) -> bool {
    if !request.headers().contains_key(header::IF_NONE_MATCH) {
        return false;
    }
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}
