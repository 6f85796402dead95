//! The half of `event.fetch` that leaves the program: handed to the capability that sends such requests.

use super::{FetchError, FetchResponse, RequestBuilder};
use crate::kernel::{Call, OutsideFault, OutsideRequest};
use actix_web::http::header;

/// Whether this is the URL of another program.
pub fn is_url(path: &str) -> bool {
    let begins = |scheme: &str| path.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    begins("http://") || begins("https://")
}

/// Sends a request to another program. Nothing of the request that is being answered goes along, unless its credentials
/// are asked for.
pub async fn send(call: &Call, builder: RequestBuilder) -> Result<FetchResponse, FetchError> {
    let RequestBuilder { method, path, mut headers, body, forward_credentials, error, options, .. } = builder;
    if let Some(error) = error {
        return Err(error);
    }
    let Some(outside) = &call.exchange().worker.app.outside else { return Err(FetchError::NotAPath(path)) };
    if forward_credentials {
        for name in [header::COOKIE, header::AUTHORIZATION] {
            for value in call.http().headers().get_all(&name) {
                if !headers.contains_key(&name) || name == header::COOKIE {
                    headers.append(name.clone(), value.clone());
                }
            }
        }
    }
    let asked = format!("{method} {path}");
    let request = OutsideRequest { method: method.clone(), url: path, headers, body, options };
    match outside(request).await {
        Ok(answer) => Ok(FetchResponse::from_outside(answer, method)),
        Err(OutsideFault::Address(text)) => Err(FetchError::NotAPath(text)),
        Err(OutsideFault::Refused(text)) => Err(FetchError::Refused(format!("{asked}: {text}"))),
        Err(OutsideFault::TimedOut(text)) => Err(FetchError::TimedOut(format!("{asked}: {text}"))),
        Err(OutsideFault::Failed(text)) => Err(FetchError::Network(format!("{asked}: {text}"))),
    }
}
