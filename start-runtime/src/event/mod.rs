//! What a handler takes: [`APIEvent`] and its parts.

mod after;
mod cookies;
mod fetch;
mod locals;
mod params;
mod request;
mod sealed_cookies;
mod search_params;
mod secrets;
mod staged;
mod stream;
mod waiting;

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::http::{RequestId, accept, client};
use crate::kernel::{Call, MiddlewareAnswer, OfCall};
use crate::response::{Outcome, Problem, Response};

pub use cookies::{Cookies, DeletedCookie, delete_cookie, get_cookie, parse_cookies, set_cookie};
pub(crate) use fetch::{Caller, target};
pub use fetch::{Fetch, FetchError, FetchResponse, IntoFetch, MOST_NESTED_FETCHES, RequestBuilder, encode_segment};
pub use locals::Locals;
pub use params::Params;
pub use request::Request;
pub use sealed_cookies::SealedCookies;
#[allow(unused_imports, reason = "capabilities seal things, too")]
pub(crate) use sealed_cookies::{open, seal};
pub use search_params::SearchParams;
pub use secrets::Secrets;
pub use staged::StagedResponse;
pub use stream::{RequestStream, SendStream};

/// One request on its way through a handler, as in SolidStart.
///
/// ```
/// use start_runtime::prelude::*;
///
/// #[api_route("/api/[house]/motto")]
/// async fn GET(event: APIEvent) -> String {
///     format!("{} for ever", &event.params["house"])
/// }
///
/// // The same, taken apart:
/// #[api_route("/api/[house]/size")]
/// mod size {
///     use super::*;
///     async fn GET(APIEvent { params, fetch, .. }: APIEvent) -> Result<String, Problem> {
///         fetch(&format!("/api/{}/motto", &params["house"])).await?.text().await.map_err(Problem::from)
///     }
/// }
/// # fn main() {}
/// ```
///
/// A clone is another handle to the same event.
#[derive(Clone)]
pub struct APIEvent {
    /// The request: method, URL, headers, body.
    pub request: Request,
    /// The parameters of the path, decoded.
    pub params: Params,
    /// Calls other routes of the program, in process.
    pub fetch: Fetch,
    /// Values that middleware stored for the handler.
    pub locals: Locals,
    /// Headers and cookies for the response, whatever the handler returns.
    pub response: StagedResponse,
}

impl APIEvent {
    pub(crate) fn new(call: &Call) -> Self {
        Self {
            request: Request::new(call.clone()),
            params: Params::new(call.exchange().clone()),
            fetch: Fetch::new(call.clone()),
            locals: Locals::new(call.http().clone()),
            response: StagedResponse::new(call.exchange().clone()),
        }
    }

    /// Calls another route of the program. Middleware, extractors and error handling are the same as for a request from
    /// outside. Takes a path or a request (`Request::post("/api/posts").json(&new)`).
    ///
    /// Of the request's headers, only Host and the trace (W3C Trace Context) are passed on;
    /// [`RequestBuilder::forward_credentials`] adds Cookie and Authorization. A missing route is a 404 response, not an
    /// error. Fetches may be nested 16 deep, and one request from outside may lead to 1,000 of them
    /// ([`Start::fetch_limit`](crate::Start::fetch_limit)); one more is answered with 508 (Loop Detected, RFC 5842).
    ///
    /// # Errors
    /// Returns a [`FetchError`] if the address is not a path of this program.
    pub fn fetch(&self, request: impl IntoFetch) -> RequestBuilder {
        self.fetch.call(request)
    }

    /// The cookies of the request, and methods that set cookies in the response.
    pub fn cookies(&self) -> Cookies<'_> {
        Cookies::new(self)
    }

    /// The address of the client: that at the other end of the connection, or what a proxy of
    /// [`Start::trusted_proxies`](crate::Start::trusted_proxies) says in `X-Forwarded-For` or `Forwarded` (RFC 7239). An
    /// IPv4 address is always given as such, also where the system maps it into IPv6. In a fetched request, this is the
    /// address of the request from outside.
    ///
    /// Returns `None` in tests without a connection; [`TestApp::with_address`](crate::test::TestApp::with_address) gives
    /// one.
    pub fn client_address(&self) -> Option<IpAddr> {
        client::address(self.request.http())
    }

    /// Returns the offer that the request's Accept header prefers (RFC 9110, section 12.5.1): quality values count, the
    /// most specific range decides for each type, and of equal offers the first wins. Without the header, returns the
    /// first offer; if the client accepts none of them, returns `None`.
    ///
    /// ```
    /// use start_runtime::test;
    ///
    /// let event = test::event("/report").header("Accept", "text/html, application/json;q=0.9").build();
    /// assert_eq!(event.accepts(&["application/json", "text/html"]), Some("text/html"));
    /// assert_eq!(event.accepts(&["image/png"]), None);
    /// ```
    pub fn accepts<'a>(&self, offers: &[&'a str]) -> Option<&'a str> {
        accept::best(self.request.headers(), offers)
    }

    /// The name of this request in the logs: taken from `X-Request-Id` if the client sent a sensible one, else
    /// generated. A fetched request has the id of the request from outside.
    pub fn request_id(&self) -> String {
        RequestId::of(self.request.http()).text().to_owned()
    }
}

/// Lets middleware start from an event.
impl OfCall for APIEvent {
    fn of_call(call: &Call) -> Self {
        Self::new(call)
    }
}

/// The answer to a fetch can be that of a middleware.
impl MiddlewareAnswer for FetchResponse {
    fn into_outcome(self) -> Outcome {
        Outcome::Response(Response::from(self).into())
    }
}

/// Lets extractors of your own start from an event.
impl FromRequest for APIEvent {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Call::of(http).map(|call| Self::new(&call)))
    }
}
