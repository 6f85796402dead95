//! Writes an answer (GraphQL over HTTP, section "Response").

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use async_graphql::{CacheControl, Response as Executed, ServerError, Value};
use serde::Serialize;

use super::handle::{NOT_EXECUTED, is_request_error};
use super::media::Media;
use super::refusal::Refusal;

/// One response map (GraphQL, section 7.1). Without `data`, nothing was executed.
#[derive(Serialize)]
pub struct Body {
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ServerError>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: BTreeMap<String, Value>,
}

impl Body {
    pub fn of(executed: Executed) -> Self {
        let data = (!is_request_error(&executed)).then_some(executed.data);
        Self { data, errors: executed.errors, extensions: executed.extensions }
    }

    /// Whether nothing was executed.
    pub fn is_refused(&self) -> bool {
        self.data.is_none()
    }

    pub fn into_errors(self) -> Vec<ServerError> {
        self.errors
    }

    pub fn refused(errors: Vec<ServerError>) -> Self {
        Self { data: None, errors, extensions: BTreeMap::new() }
    }
}

/// The answer of a schema.
pub fn executed(mut executed: Executed, media: Media) -> HttpResponse {
    let headers = std::mem::take(&mut executed.http_headers);
    let cache = if executed.errors.is_empty() { cache_control(executed.cache_control) } else { None };
    let is_refused = media == Media::Graphql && is_request_error(&executed);
    let status = if is_refused { NOT_EXECUTED } else { StatusCode::OK };
    let mut response = written(status, media, &Body::of(executed));
    for (name, value) in &headers {
        // async-graphql's headers are of another version of `http`.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::from_bytes(value.as_bytes()))
        {
            response.headers_mut().append(name, value);
        }
    }
    if let Some(value) = cache {
        response.headers_mut().insert(header::CACHE_CONTROL, value);
    }
    response
}

/// What the schema says of how long an answer may be kept, if it says anything.
fn cache_control(control: CacheControl) -> Option<HeaderValue> {
    if control == CacheControl::default() {
        return None;
    }
    HeaderValue::try_from(control.value()?).ok()
}

/// The answers to a list of requests. Each says by itself how it went.
pub fn all(bodies: &[Body], media: Media) -> HttpResponse {
    written(StatusCode::OK, media, &bodies)
}

/// The answer to a request that was not executed.
pub fn refused(refusal: Refusal, media: Media) -> HttpResponse {
    let status = if refusal.is_fixed || media == Media::Graphql { refusal.status } else { StatusCode::OK };
    let mut response = written(status, media, &Body::refused(refusal.errors));
    if let Some(allow) = refusal.allow {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    }
    response
}

fn written(status: StatusCode, media: Media, body: &impl Serialize) -> HttpResponse {
    // Keys are texts and numbers are finite: this does not fail.
    let body = serde_json::to_vec(body).unwrap_or_default();
    let mut response = HttpResponse::with_body(status, BoxBody::new(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
    response
}
