//! ETags that are made of bodies, and 304 for all routes.

use actix_web::HttpResponse;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{self, EntityTag, HeaderMap, HeaderName, HeaderValue, HttpDate};
use actix_web::http::{Method, StatusCode};

use crate::response::{Unsent, Untouched, Validators, Verdict, content, etag_of, mark_representation};

/// The answer with its ETag, or a 304 in its place.
pub fn conditional(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let reads = matches!(*answer.request().method(), Method::GET | Method::HEAD);
    let is_untouched = answer.response().extensions().contains::<Untouched>();
    if !reads || is_untouched || answer.status() != StatusCode::OK {
        return answer;
    }
    let (request, response) = answer.into_parts();
    let mut response = tagged(response);
    let validators = validators(&response);
    if validators.judge_reading(&request) == Verdict::NotModified {
        response = not_modified(response);
    }
    ServiceResponse::new(request, response)
}

/// The response with an ETag, if it may have one.
fn tagged(response: HttpResponse) -> HttpResponse {
    if response.headers().contains_key(header::ETAG) || is_not_stored(response.headers()) {
        return response;
    }
    let (mut response, content) = content(response);
    if let Some(content) = content
        && let Ok(value) = HeaderValue::try_from(etag_of(&content).to_string())
    {
        response.headers_mut().insert(header::ETAG, value);
        mark_representation(&mut response);
    }
    response
}

fn is_not_stored(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::CACHE_CONTROL).filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|directive| directive.trim().eq_ignore_ascii_case("no-store"))
}

fn validators(response: &HttpResponse) -> Validators {
    let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let etag = text(header::ETAG).and_then(|text| text.parse::<EntityTag>().ok());
    let last_modified = text(header::LAST_MODIFIED).and_then(|text| text.parse::<HttpDate>().ok());
    Validators { etag, last_modified: last_modified.map(Into::into) }
}

/// RFC 9110, section 15.4.5: the headers that a cache updates stay, those of the content do not.
fn not_modified(unsent: HttpResponse) -> HttpResponse {
    const OF_CONTENT: [HeaderName; 5] = [
        header::CONTENT_TYPE,
        header::CONTENT_LENGTH,
        header::CONTENT_ENCODING,
        header::CONTENT_DISPOSITION,
        header::CONTENT_LANGUAGE,
    ];
    let mut response = HttpResponse::with_body(StatusCode::NOT_MODIFIED, BoxBody::new(actix_web::body::None::new()));
    for (name, value) in unsent.headers().iter().filter(|(name, _)| !OF_CONTENT.contains(name)) {
        response.headers_mut().append(name.clone(), value.clone());
    }
    response.extensions_mut().insert(Unsent { response: Some(unsent), is_encoded: false });
    response
}
