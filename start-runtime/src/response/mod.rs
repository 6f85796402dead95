//! What a handler returns: [`Response`], [`Problem`], and how any other value becomes a response.

mod actix_error;
mod cause;
mod conditions;
mod cookie;
mod disposition;
mod download;
mod etags;
mod field;
mod file;
mod finish;
mod finite;
mod json_error;
mod location;
#[allow(missing_docs, reason = "generated code reaches into it; not public API")]
mod outcome;
mod pointer;
mod problem;
mod range;
mod status;
mod untouched;

use std::cell::Cell;
use std::error::Error as StdError;

use actix_web::body::{BodyStream, BoxBody, MessageBody, SizedStream};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Responder};
use futures_core::Stream;
use serde::Serialize;

pub(crate) use actix_error::{outcome as actix_outcome, payload_problem};
pub(crate) use cause::Cause;
#[allow(unused_imports, reason = "capabilities use it, too")]
pub use conditions::{Validators, Verdict, etag_of};
#[allow(unused_imports, reason = "capabilities keep to it, too")]
pub use cookie::LONGEST_COOKIE;
pub use cookie::{IntoCookie, Partitioned, needs_http_only, needs_secure, set_cookie};
pub use download::Download;
use field::broken;
pub use field::{Refused, broken_because, field};
#[allow(unused_imports, reason = "capabilities use it")]
pub use file::Unsent;
pub use file::{keep_part, mark_representation, release_part, send as send_file, weaken_etag};
#[allow(unused_imports, reason = "capabilities use it")]
pub use finish::{content, vary_by, with_content};
pub use finish::{finish, is_interim, vary_by_accept, withhold};
pub use json_error::{json_problem, json_syntax_problem};
pub use outcome::Outcome;
#[allow(unused_imports, reason = "capabilities use it, too")]
pub use pointer::{escape_pointer, fragment};
#[allow(unused_imports, reason = "capabilities have errors of their own")]
pub use problem::IntoProblem;
pub use problem::Problem;
pub use status::IntoStatus;
#[allow(unused_imports, reason = "capabilities use it")]
pub use untouched::Untouched;

use finite::WriteError;

/// `text/plain; charset=utf-8`.
pub const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
pub const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// An HTTP response: a value and its own builder.
///
/// It is modelled on the `Response` of the web platform, and is actix's [`HttpResponse`] underneath: the two convert
/// into each other.
///
/// ```
/// use start_runtime::Response;
///
/// let created = Response::json(["Harry", "Ron"]).status(201).header("Location", "/api/students/7");
/// assert_eq!(created.status_code(), 201);
/// let plain = Response::new("Hello World");
/// assert_eq!(plain.headers().get("content-type").unwrap(), "text/plain; charset=utf-8");
/// ```
///
/// No method panics. A header or a value that cannot be sent (a map whose JSON keys are not text, a float that is NaN or
/// infinite, a header with a line break, a cookie that browsers would ignore) turns the response
/// into a 500 whatever is set afterwards: a problem that `on_error` sees, with the reason as its cause in the log.
#[derive(Debug)]
pub struct Response(Box<HttpResponse>);

impl Response {
    /// A 200 with this body: text as `text/plain; charset=utf-8`, bytes as `application/octet-stream`.
    pub fn new(body: impl IntoBody) -> Self {
        let (content_type, body) = body.into_body();
        with_body(content_type, body).into()
    }

    /// A 200 with no body and no content type. [`Response::status`] turns it into a 204 or a 404.
    pub fn empty() -> Self {
        HttpResponse::with_body(StatusCode::OK, BoxBody::new(())).into()
    }

    /// A 200 with the value, or what a reference points to, as `application/json` (RFC 8259). [`json!`](crate::json!)
    /// is the same for a value that is written out.
    #[allow(clippy::needless_pass_by_value, reason = "so that no caller has to write a reference")]
    pub fn json<T: Serialize>(value: T) -> Self {
        json(&value).into()
    }

    /// A response with this status and the JSON `{ "error": message }`, as many APIs have it. Errors of Start itself are
    /// Problem Details (RFC 9457), which [`Start::on_error`](crate::Start::on_error) can give this shape as well.
    ///
    /// ```
    /// use start_runtime::{Response, prelude::*};
    ///
    /// #[api_route("/api/[house]/points")]
    /// async fn GET(house: String) -> Result<Json<u32>, Response> {
    ///     if house != "ravenclaw" {
    ///         return Err(Response::error(404, format!("There is no house {house}")));
    ///     }
    ///     Ok(Json(150))
    /// }
    /// # fn main() {}
    /// ```
    pub fn error(status: impl IntoStatus, message: impl Into<String>) -> Self {
        Self::json(serde_json::json!({ "error": message.into() })).status(status)
    }

    /// A 200 with `text/html; charset=utf-8`.
    pub fn html(body: impl Into<String>) -> Self {
        with_body(HTML, BoxBody::new(body.into())).into()
    }

    /// A 302 (Found) to `location`, a path or a URL (RFC 9110, section 15.4.3). Use [`Response::status`] for 301, 303,
    /// 307 or 308.
    ///
    /// What a URI cannot contain is percent-encoded (RFC 3986): spaces, quotes, backslashes, whatever is not ASCII. What
    /// is encoded already stays. A control character makes it a 500. A location that begins with `//` is on another
    /// host: check a location that comes from a client.
    pub fn redirect(location: impl AsRef<str>) -> Self {
        Self::empty().status(StatusCode::FOUND).header("location", location)
    }

    /// A 200 whose body is sent chunk by chunk as it is produced, as `application/octet-stream`. An error in the stream
    /// closes the connection, because the status can no longer change; whatever was not sent by then is lost.
    /// `tokio_util::io::ReaderStream` turns a reader of tokio into such a stream.
    pub fn stream<S, E>(chunks: S) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + 'static,
        E: Into<Box<dyn StdError>> + 'static,
    {
        with_body(OCTETS, BoxBody::new(BodyStream::new(chunks))).into()
    }

    /// A stream of a known length: Content-Length is sent, so clients can show their progress. Bytes beyond the length
    /// are not sent; a stream that ends earlier closes the connection.
    pub fn sized_stream<S, E>(length: u64, chunks: S) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + 'static,
        E: Into<Box<dyn StdError>> + 'static,
    {
        with_body(OCTETS, BoxBody::new(SizedStream::new(length, chunks))).into()
    }

    /// Sets the status.
    #[must_use]
    pub fn status(mut self, status: impl IntoStatus) -> Self {
        match status.into_status() {
            _ if broken_because(&self.0).is_some() => self,
            Ok(status) => {
                *self.0.status_mut() = status;
                self
            }
            Err(number) => broken(format!("{number} is not an HTTP status")).into(),
        }
    }

    /// Sets this header, replacing any header of the same name. Location and Content-Location are percent-encoded where
    /// they have to be.
    #[must_use]
    pub fn header(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.edit_header(name.as_ref(), value.as_ref(), |headers, name, value| {
            headers.insert(name, value);
        })
    }

    /// Adds a header, keeping those of the same name.
    #[must_use]
    pub fn append_header(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.edit_header(name.as_ref(), value.as_ref(), HeaderMap::append)
    }

    /// Sets the content type. What is no media type, `type/subtype`, makes the response a 500.
    #[must_use]
    pub fn content_type(self, content_type: impl AsRef<str>) -> Self {
        self.header("content-type", content_type)
    }

    /// Lets browsers save the body under this name (Content-Disposition, RFC 6266). The name may be any text: folders
    /// and invisible characters are removed. A name that is not ASCII is sent in `filename*` (RFC 8187); clients that
    /// do not know `filename*` receive it with `_` in place of the other characters.
    ///
    /// ```
    /// use start_runtime::Response;
    ///
    /// let report = Response::new("name;year\n").content_type("text/csv").attachment("größen.csv");
    /// assert_eq!(
    ///     report.headers().get("content-disposition").unwrap(),
    ///     "attachment; filename=\"gr__en.csv\"; filename*=UTF-8''gr%C3%B6%C3%9Fen.csv"
    /// );
    /// ```
    #[must_use]
    pub fn attachment(self, file_name: impl AsRef<str>) -> Self {
        self.header("content-disposition", disposition::content_disposition("attachment", file_name.as_ref()))
    }

    /// Adds a Set-Cookie header (RFC 6265). A cookie without a path gets `/`. Name and value are percent-encoded where
    /// they have to be.
    ///
    /// A cookie that the header cannot hold, or that browsers would ignore, makes the response a 500: a semicolon in the
    /// path or none at its begin, a domain that is none, a name that begins with `__Host-`, `__Secure-` or `__Http-`
    /// without what these promise, `SameSite=None` or `Partitioned` with `secure(false)`, more than 4096 bytes.
    #[must_use]
    pub fn cookie(mut self, cookie: impl IntoCookie) -> Self {
        let is_partitioned = cookie.is_partitioned();
        match set_cookie(&cookie.into_cookie(), is_partitioned) {
            Ok(value) => {
                self.0.headers_mut().append(header::SET_COOKIE, value);
                self
            }
            Err(refused) => self.refuse(refused),
        }
    }

    /// The status as it is set now.
    pub fn status_code(&self) -> StatusCode {
        self.0.status()
    }

    /// The headers as they are set now.
    pub fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }

    fn edit_header(mut self, name: &str, value: &str, edit: fn(&mut HeaderMap, HeaderName, HeaderValue)) -> Self {
        match field(name, value) {
            Ok((name, value)) => {
                edit(self.0.headers_mut(), name, value);
                self
            }
            Err(refused) => self.refuse(refused),
        }
    }

    fn refuse(self, refused: Refused) -> Self {
        if broken_because(&self.0).is_some() { self } else { refused.into_response().into() }
    }
}

/// A JSON response without the box of [`Response`]: most responses take this path.
pub fn json<T: Serialize + ?Sized>(value: &T) -> HttpResponse {
    match to_json(value) {
        Ok(body) => with_body(JSON, BoxBody::new(body)),
        Err(error) => broken(format!(
            "{} does not serialize to JSON: {error}",
            std::any::type_name::<T>().trim_start_matches('&')
        )),
    }
}

/// Serializes a value into a buffer that the thread keeps. The buffer need not grow step by step, and the body is one
/// allocation of the right size.
pub fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<Bytes, WriteError> {
    const KEPT: usize = 64 * 1024;
    thread_local! {
        static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    }
    // Taken out, so that a `Serialize` that itself produces JSON uses another buffer.
    let mut buffer = BUFFER.take();
    let written = finite::write(&mut buffer, value);
    if buffer.capacity() > KEPT {
        return written.map(|()| buffer.into());
    }
    let body = written.map(|()| Bytes::copy_from_slice(&buffer));
    buffer.clear();
    BUFFER.set(buffer);
    body
}

pub fn with_body(content_type: HeaderValue, body: BoxBody) -> HttpResponse {
    let mut response = HttpResponse::with_body(StatusCode::OK, body);
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}

/// What [`Response::new`] takes: text or bytes.
pub trait IntoBody {
    /// The content type that goes with the body, and the body.
    fn into_body(self) -> (HeaderValue, BoxBody);
}

macro_rules! into_body {
    ($content_type:expr; $($body:ty),*) => {$(
        impl IntoBody for $body {
            fn into_body(self) -> (HeaderValue, BoxBody) {
                ($content_type, self.boxed())
            }
        }
    )*};
}

into_body!(TEXT; &'static str, String);
into_body!(OCTETS; &'static [u8], Vec<u8>, Bytes);

impl From<HttpResponse> for Response {
    fn from(response: HttpResponse) -> Self {
        Self(Box::new(response))
    }
}

impl From<Response> for HttpResponse {
    fn from(response: Response) -> Self {
        *response.0
    }
}

impl From<Problem> for Response {
    fn from(problem: Problem) -> Self {
        problem.into_http_response().into()
    }
}

/// Converts an error of actix for `?`: its own response, or the problem that it is.
impl From<actix_web::Error> for Response {
    fn from(error: actix_web::Error) -> Self {
        match actix_outcome(&error) {
            Outcome::Response(response) => response.into(),
            Outcome::Problem(problem) => problem.into(),
            Outcome::Empty(_) | Outcome::Missing => Self::empty(),
        }
    }
}

/// A status without a body.
impl From<StatusCode> for Response {
    fn from(status: StatusCode) -> Self {
        Self::empty().status(status)
    }
}

/// Makes a response an error of actix, for extractors (`type Error = Response`) and middleware. It is sent as it is.
///
/// ```
/// use start_runtime::actix_web::{FromRequest, HttpRequest, dev::Payload};
/// use start_runtime::Response;
///
/// struct SignedIn;
///
/// impl FromRequest for SignedIn {
///     type Error = Response;
///     type Future = std::future::Ready<Result<Self, Response>>;
///
///     fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
///         let is_known = http.cookie("session").is_some();
///         std::future::ready(if is_known { Ok(Self) } else { Err(Response::redirect("/login")) })
///     }
/// }
/// ```
impl From<Response> for actix_web::Error {
    fn from(response: Response) -> Self {
        actix_error::Answer::new(response.into()).into()
    }
}

impl Responder for Response {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        *self.0
    }
}
