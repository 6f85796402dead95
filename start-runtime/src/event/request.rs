use std::fmt;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{Method, Uri};
use actix_web::web::Bytes;
use url::Url;

use super::{RequestBuilder, RequestStream, SearchParams};
use crate::base::cut::{VALUE, cut};
use crate::decode::{Decoded, content, form, json, urlencoded};
use crate::http::client;
use crate::kernel::Call;
use crate::kernel::read_body;
use crate::response::Problem;
use crate::transport::Upgrade;
use actix_web::HttpMessage as _;

/// The request that a handler answers. [`Request::post`] and its siblings create requests for `event.fetch`.
///
/// ```
/// use start_runtime::{Request, prelude::*};
///
/// #[api_route("/api/copies")]
/// async fn POST(event: APIEvent) -> Result<StatusCode, Problem> {
///     let text = event.request.text().await?;
///     let answer = event.fetch(Request::post("/api/originals").json(&text)).await?;
///     Ok(answer.status())
/// }
/// # fn main() {}
/// ```
///
/// The body can be read once: a second read is a 500 that says what read it first. A body larger than the route's
/// `body_limit`, or else than [`Start::body_limit`](crate::Start::body_limit) (2 MiB unless set), is a 413. Reads that
/// do not hold the body in memory ([`Request::stream`], multipart) use
/// [`Start::stream_limit`](crate::Start::stream_limit) in place of `Start::body_limit`.
#[derive(Clone)]
pub struct Request(Call);

impl Request {
    pub(crate) fn new(call: Call) -> Self {
        Self(call)
    }

    pub(crate) fn call(&self) -> &Call {
        &self.0
    }

    /// The method. If the GET handler answers a HEAD request, this is still HEAD.
    pub fn method(&self) -> &Method {
        self.http().method()
    }

    /// The path and query as the client sent them.
    pub fn uri(&self) -> &Uri {
        self.http().uri()
    }

    /// The path as the client sent it, not decoded.
    pub fn path(&self) -> &str {
        self.http().path()
    }

    /// The text after the `?`, not decoded; empty if there is none.
    pub fn query_string(&self) -> &str {
        self.http().query_string()
    }

    /// The whole URL. The host is that of the Host header, which a client can set to anything, and the scheme that of the
    /// connection; or both as a proxy of [`Start::trusted_proxies`](crate::Start::trusted_proxies) says in
    /// `X-Forwarded-Host` and `X-Forwarded-Proto` or in `Forwarded` (RFC 7239), where the rightmost element counts.
    pub fn url(&self) -> String {
        let target = self.uri().path_and_query().map_or("/", |target| target.as_str());
        format!("{}://{}{target}", self.scheme(), client::host_of(self.http()))
    }

    /// `https` or `http`: how the client reached the program, as [`Request::url`] knows it.
    pub fn scheme(&self) -> &'static str {
        client::scheme(self.http())
    }

    /// The part of the URL before the path, such as `https://owls.example`, as [`Request::url`] knows it: without the port
    /// if it is that of the scheme, and in lower case. `new URL(request.url).origin` of the originals.
    pub fn origin(&self) -> String {
        match Url::parse(&self.url()) {
            Ok(url) => url.origin().ascii_serialization(),
            // A port that is too large, for example.
            Err(_) => format!("{}://{}", self.scheme(), client::host_of(self.http())),
        }
    }

    /// Resolves a reference against the URL of this request (RFC 3986, section 5): `new URL(reference, request.url)` of
    /// the originals. The URL can be changed, and is a location of [`Response::redirect`](crate::Response::redirect).
    ///
    /// A reference that has a host of its own leads there: compare `url.origin()` before you redirect to what a client
    /// sent.
    ///
    /// ```
    /// use start_runtime::{Response, prelude::*};
    ///
    /// #[api_route("/api/vault")]
    /// async fn GET(event: APIEvent) -> Result<Response, Problem> {
    ///     let mut login = event.request.join("/login")?;
    ///     login.query_pairs_mut().append_pair("next", event.request.path());
    ///     Ok(Response::redirect(login))
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// Returns a 400 if the reference is none, such as `http://`, or if the request has a Host that is in no URL.
    pub fn join(&self, reference: &str) -> Result<Url, Problem> {
        let refused = |text: &str, error| Problem::bad_request(format!("`{}` is no URL: {error}", cut(text, VALUE)));
        let base = self.url();
        let base = Url::parse(&base).map_err(|error| refused(&base, error))?;
        base.join(reference).map_err(|error| refused(reference, error))
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.http().headers()
    }

    /// Returns the first value of a header, if it is visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name)?.to_str().ok()
    }

    /// The token in `Authorization: Bearer …` (RFC 6750, section 2.1); `None` if the request has no Authorization header.
    ///
    /// ```
    /// use start_runtime::test;
    ///
    /// let event = test::event("/").header("Authorization", "Bearer gryffindor").build();
    /// assert_eq!(event.request.bearer_token().unwrap(), Some("gryffindor"));
    /// let event = test::event("/").header("Authorization", "Basic aGFycnk6").build();
    /// assert_eq!(event.request.bearer_token().unwrap_err().status(), 401);
    /// assert_eq!(test::event("/").build().request.bearer_token().unwrap(), None);
    /// ```
    ///
    /// # Errors
    /// Returns a 401 with `WWW-Authenticate: Bearer` if the header is there and is something else: another scheme, two
    /// headers, or a text that no token is.
    pub fn bearer_token(&self) -> Result<Option<&str>, Problem> {
        let mut values = self.headers().get_all(header::AUTHORIZATION);
        let Some(value) = values.next() else { return Ok(None) };
        let refused = |text| Err(Problem::unauthorized(text).header("WWW-Authenticate", "Bearer"));
        if values.next().is_some() {
            return refused("the request has two Authorization headers");
        }
        let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).unwrap_or_default();
        let token = token.trim_matches(' ');
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() || !token.bytes().all(is_token) {
            return refused("the Authorization header is not `Bearer` and a token");
        }
        Ok(Some(token))
    }

    /// The connection itself, if the request asks for another protocol (`Connection: upgrade`; RFC 9110, section 7.8);
    /// `None` for any other request, and if it was taken before.
    ///
    /// The handler answers with a 101 that has no body. Then the returned future resolves to the raw connection, in a
    /// task of its own; after any other answer it resolves to an error.
    ///
    /// ```
    /// use start_runtime::{Response, prelude::*};
    ///
    /// #[api_route("/api/echo")]
    /// async fn GET(event: APIEvent) -> Result<Response, Problem> {
    ///     let upgrade = event.request.upgrade().ok_or_else(|| Problem::bad_request("ask for an upgrade to `echo`"))?;
    ///     actix_web::rt::spawn(async move {
    ///         if let Ok(connection) = upgrade.await {
    ///             let (mut input, mut output) = tokio::io::split(connection);
    ///             let _ = tokio::io::copy(&mut input, &mut output).await;
    ///         }
    ///     });
    ///     Ok(Response::empty().status(101).header("Connection", "upgrade").header("Upgrade", "echo"))
    /// }
    /// # fn main() {}
    /// ```
    pub fn upgrade(&self) -> Option<Upgrade> {
        self.http().extensions_mut().remove()
    }

    /// actix's request, for everything else.
    pub fn http(&self) -> &HttpRequest {
        self.call().http()
    }

    /// Parses the query. Repeated keys become a `Vec`.
    ///
    /// # Errors
    /// Returns a 400 that lists the bad parameters.
    pub fn query<T: Decoded>(&self) -> Result<T, Problem> {
        urlencoded::parse_query(self.query_string())
    }

    /// The query as names and texts: `searchParams` of the originals. Nothing is an error, and each name may be there any
    /// number of times.
    pub fn search_params(&self) -> SearchParams {
        SearchParams::parse(self.query_string())
    }

    /// Parses the body as JSON, whatever its content type: `fetch` and `sendBeacon` send a text as `text/plain`.
    /// [`Json`](crate::Json) is the strict way. A byte order mark before it is ignored.
    ///
    /// # Errors
    /// - 415 if the body is compressed
    /// - 413 if the body is above the limit
    /// - 400 with line and column if it is not JSON
    /// - 422 with a JSON pointer if it is JSON but not a `T`
    pub async fn json<T: Decoded>(&self) -> Result<T, Problem> {
        content::check_encoding(self.headers())?;
        json::parse(&read_body(self.call(), "event.request.json()").await?)
    }

    /// Reads the body as text, without a byte order mark that it may begin with.
    ///
    /// # Errors
    /// - 415 if the body is compressed
    /// - 413 if it is above the limit
    /// - 400 if it is not UTF-8
    pub async fn text(&self) -> Result<String, Problem> {
        content::check_encoding(self.headers())?;
        let bytes = read_body(self.call(), "event.request.text()").await?;
        let text = String::from_utf8(bytes.slice_ref(content::without_mark(&bytes)).into());
        text.map_err(|error| Problem::bad_request(format!("the body is not UTF-8: {error}")))
    }

    /// Reads the body unchanged.
    ///
    /// # Errors
    /// Returns a 413 if the body is above the limit.
    pub async fn bytes(&self) -> Result<Bytes, Problem> {
        read_body(self.call(), "event.request.bytes()").await
    }

    /// Parses the body as a form (`application/x-www-form-urlencoded`). Repeated keys become a `Vec`.
    ///
    /// # Errors
    /// - 415 if the content type is another one
    /// - 413 if the body is above the limit
    /// - 422 that lists the bad fields
    pub async fn form<T: Decoded>(&self) -> Result<T, Problem> {
        form::check_content_type(self.headers())?;
        form::parse(&read_body(self.call(), "event.request.form()").await?)
    }

    /// Reads the body piece by piece, without holding all of it in memory. An error, such as a 413 above the limit, is
    /// an item of the stream.
    pub fn stream(&self) -> RequestStream {
        RequestStream::new(self.call())
    }

    /// The content type without its parameters, in lower case; empty if there is none.
    pub fn content_type(&self) -> String {
        let value = self.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }
}

/// Requests for `event.fetch`.
impl Request {
    /// A GET request.
    pub fn get(path: impl Into<String>) -> RequestBuilder {
        RequestBuilder::new(Method::GET, path)
    }

    /// A HEAD request.
    pub fn head(path: impl Into<String>) -> RequestBuilder {
        RequestBuilder::new(Method::HEAD, path)
    }

    /// A POST request.
    pub fn post(path: impl Into<String>) -> RequestBuilder {
        RequestBuilder::new(Method::POST, path)
    }

    /// A PUT request.
    pub fn put(path: impl Into<String>) -> RequestBuilder {
        RequestBuilder::new(Method::PUT, path)
    }

    /// A PATCH request.
    pub fn patch(path: impl Into<String>) -> RequestBuilder {
        RequestBuilder::new(Method::PATCH, path)
    }

    /// A DELETE request.
    pub fn delete(path: impl Into<String>) -> RequestBuilder {
        RequestBuilder::new(Method::DELETE, path)
    }

    /// An OPTIONS request.
    pub fn options(path: impl Into<String>) -> RequestBuilder {
        RequestBuilder::new(Method::OPTIONS, path)
    }

    /// A request with any method.
    pub fn with_method(method: Method, path: impl Into<String>) -> RequestBuilder {
        RequestBuilder::new(method, path)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method(), self.uri())
    }
}
