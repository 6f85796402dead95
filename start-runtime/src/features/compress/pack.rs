//! An answer on its way out.

use actix_web::HttpResponse;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::web::Bytes;

use super::accept::best;
use super::eligible::is_eligible;
use super::{Coding, Compression};
use crate::base::blocking::blocking;
use crate::response::{Unsent, Untouched, content, vary_by, with_content};

/// More bytes than this are compressed on another thread: a worker has other requests to answer.
const MOST_AT_ONCE: usize = 32 * 1024;

/// The answer as the client is sent it.
pub async fn packed(answer: ServiceResponse<BoxBody>, config: &Compression) -> ServiceResponse<BoxBody> {
    let (request, mut response) = answer.into_parts();
    if response.status().is_informational() || response.extensions().contains::<Untouched>() {
        return ServiceResponse::new(request, response);
    }
    vary_by(&mut response, "Accept-Encoding");
    let unsent = response.extensions_mut().remove::<Unsent>();
    if let Some(Unsent { response: Some(unsent), .. }) = unsent {
        let is_encoded = plan(unsent, request.headers(), config).1.is_some();
        response.extensions_mut().insert(Unsent { response: None, is_encoded });
        return ServiceResponse::new(request, response);
    }
    if let Some(unsent) = unsent {
        response.extensions_mut().insert(unsent);
    }
    let (mut response, plan) = plan(response, request.headers(), config);
    if let Some((coding, plain)) = plan
        && let Some(smaller) = smaller(coding, plain).await
    {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
        headers.remove(header::CONTENT_LENGTH);
        response = with_content(response, smaller);
    }
    ServiceResponse::new(request, response)
}

/// The response as it came, with its coding and what is to be compressed, if it is.
fn plan(response: HttpResponse, request: &HeaderMap, config: &Compression) -> (HttpResponse, Option<(Coding, Bytes)>) {
    let coding = is_eligible(&response).then(|| best(request, &config.codings)).flatten();
    let Some(coding) = coding else { return (response, None) };
    let (response, plain) = content(response);
    let plain = plain.filter(|plain| plain.len() >= config.min_size);
    (response, plain.map(|plain| (coding, plain)))
}

/// The bytes in a coding; `None` if that does not make them fewer.
async fn smaller(coding: Coding, plain: Bytes) -> Option<Bytes> {
    let size = plain.len();
    let packed =
        if size > MOST_AT_ONCE { blocking(move || coding.encode(&plain)).await } else { coding.encode(&plain) };
    match packed {
        Ok(packed) => Some(packed).filter(|packed| packed.len() < size).map(Bytes::from),
        Err(error) => {
            tracing::error!("an answer is sent as it is: {} failed: {error}", coding.name());
            None
        }
    }
}
