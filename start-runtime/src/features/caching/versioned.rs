use actix_web::body::BoxBody;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, Responder};
use schemars::JsonSchema;
use serde::Serialize;

use super::Version;
use super::check::failed;
use crate::describe::{Documented, Operation};
use crate::kernel::Call;
use crate::response::{Response, Unsent, Verdict};

/// A value as JSON, with the version that it has: ETag and Last-Modified are sent.
///
/// To GET and HEAD, the conditions of the request are answered (RFC 9110, section 13.2.2): 304 without a body to a client
/// that has this version, 412 to one that insists on another. A handler that changes something asks
/// [`APIEvent::check`](crate::APIEvent::check) first, and returns the new version with this.
///
/// ```standalone_crate
/// use start_runtime::{Version, Versioned, prelude::*, test};
///
/// #[api_route("/api/motto")]
/// async fn GET() -> Versioned<&'static str> {
///     Versioned("never tickle a sleeping dragon", Version::new("v1"))
/// }
///
/// # start_runtime::__rt::block_on(async {
/// let answer = test::app().get("/api/motto").header("If-None-Match", "\"v0\", \"v1\"").await;
/// assert_eq!((answer.status().as_u16(), answer.header("etag")), (304, Some("\"v1\"")));
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct Versioned<T>(pub T, pub Version);

impl<T: Serialize> Responder for Versioned<T> {
    type Body = BoxBody;

    fn respond_to(self, http: &HttpRequest) -> HttpResponse {
        let Self(value, version) = self;
        let reads = matches!(*http.method(), Method::GET | Method::HEAD);
        let verdict = if reads { version.judge(http) } else { Verdict::Full };
        let mut response: HttpResponse = match verdict {
            Verdict::Failed => {
                return match Call::of(http) {
                    Ok(call) => call.exchange().worker.app.render(failed(), http),
                    Err(_) => Response::from(failed()).into(),
                };
            }
            Verdict::NotModified => {
                let accepts_codings = http.headers().contains_key(header::ACCEPT_ENCODING);
                let unsent = accepts_codings.then(|| Response::json(value).into());
                let mut response = HttpResponse::with_body(StatusCode::NOT_MODIFIED, BoxBody::new(()));
                response.extensions_mut().insert(Unsent { response: unsent, is_encoded: false });
                response
            }
            // JSON has no ranges.
            Verdict::Full | Verdict::Part { .. } | Verdict::Unsatisfiable => Response::json(value).into(),
        };
        version.write(response.headers_mut());
        response
    }
}

impl<T: JsonSchema> Documented for Versioned<T> {
    fn document(operation: &mut Operation<'_>) {
        const ETAG: &str = "The version, for If-None-Match and If-Match";
        operation.returns_json::<T>();
        operation.response(304, "To GET and HEAD: the client has this version").header::<String>("ETag", ETAG);
        operation.response(412, "It has another version than If-Match or If-Unmodified-Since say").problem();
    }
}
