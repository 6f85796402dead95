use std::cell::OnceCell;
use std::fmt;

use actix_web::body::{self, BodySize, BoxBody, MessageBody};
use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Responder};
use tokio::time::{Instant, timeout_at};

use crate::decode::Decoded;
use crate::decode::content::without_mark;
use crate::kernel::OutsideAnswer;
use crate::response::Response;

/// The response of a fetched route. A handler may return it as it is.
#[derive(Debug)]
pub struct FetchResponse {
    response: HttpResponse,
    /// The headers with the length, which a response from a connection has too. Made when somebody asks for them.
    headers: OnceCell<HeaderMap>,
    /// The request, for error messages.
    method: Method,
    path: String,
    /// What may be collected of the answer of another program.
    collected: Option<Collected>,
}

/// How much of a body may be collected, and until when.
#[derive(Clone, Copy, Debug)]
struct Collected {
    most: usize,
    until: Option<Instant>,
}

impl FetchResponse {
    pub(super) fn new(response: HttpResponse, method: Method, path: String) -> Self {
        Self { response, headers: OnceCell::new(), method, path, collected: None }
    }

    /// The answer of another program.
    pub(super) fn from_outside(answer: OutsideAnswer, method: Method) -> Self {
        let OutsideAnswer { response, url, most, until } = answer;
        Self { collected: Some(Collected { most, until }), ..Self::new(response, method, url) }
    }

    /// The response, and its body if that is JSON which is sent at once.
    pub(crate) fn buffered(self) -> (Self, Option<Bytes>) {
        let is_json = self.header("content-type").is_some_and(|value| value.contains("json"));
        if !is_json || !matches!(self.response.body().size(), BodySize::Sized(1..)) {
            return (self, None);
        }
        let (head, body) = self.response.into_parts();
        let (body, bytes) = match body.try_into_bytes() {
            Ok(bytes) => (BoxBody::new(bytes.clone()), Some(bytes)),
            Err(body) => (body, None),
        };
        (Self { response: head.set_body(body), ..self }, bytes)
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// Whether the status is in the range 200 to 299.
    pub fn ok(&self) -> bool {
        self.status().is_success()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.headers.get_or_init(|| {
            let mut headers = self.response.headers().clone();
            if let BodySize::Sized(length) = self.response.body().size() {
                headers.insert(header::CONTENT_LENGTH, length.into());
            }
            headers
        })
    }

    /// Returns the first value of a header, if it is visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name)?.to_str().ok()
    }

    /// Parses the body as JSON.
    ///
    /// # Errors
    /// Returns [`FetchError::Json`] if the body is not a `T`, and [`FetchError::Body`] if its stream broke off.
    pub async fn json<T: Decoded>(self) -> Result<T, FetchError> {
        let status = self.status();
        let is_problem = !self.ok() && self.header("content-type") == Some("application/problem+json");
        let (bytes, request) = self.read().await?;
        if is_problem {
            let (status, name) = (status.as_u16(), std::any::type_name::<T>());
            tracing::debug!(target: "start_runtime::fetch", "{request} answered {status} with a problem, which is read as a {name}: ask `ok()` first");
        }
        serde_json::from_slice(without_mark(&bytes)).map_err(|error| FetchError::Json {
            expected: std::any::type_name::<T>(),
            error: format!(
                "{request} answered {}, and its body is no {}: {error}",
                status.as_u16(),
                std::any::type_name::<T>()
            ),
        })
    }

    /// Reads the body as text.
    ///
    /// # Errors
    /// Returns [`FetchError::Body`] if the body is not UTF-8 or its stream broke off.
    pub async fn text(self) -> Result<String, FetchError> {
        let (bytes, request) = self.read().await?;
        let text = bytes.slice_ref(without_mark(&bytes));
        String::from_utf8(text.into()).map_err(|error| FetchError::Body(format!("{request}: {error}")))
    }

    /// Reads the body unchanged.
    ///
    /// # Errors
    /// Returns [`FetchError::Body`] if the stream broke off.
    pub async fn bytes(self) -> Result<Bytes, FetchError> {
        self.read().await.map(|(bytes, _)| bytes)
    }

    /// Reads the body. Returns it with the request, for error messages.
    async fn read(self) -> Result<(Bytes, FetchedFrom), FetchError> {
        let Self { response, method, path, collected, .. } = self;
        let asked = FetchedFrom(method, path);
        match response.into_body().try_into_bytes() {
            Ok(bytes) => Ok((bytes, asked)),
            Err(body) => match collect(body, collected).await {
                Ok(bytes) => Ok((bytes, asked)),
                Err(error) => Err(FetchError::Body(format!("{asked}: {error}"))),
            },
        }
    }
}

async fn collect(body: BoxBody, collected: Option<Collected>) -> Result<Bytes, String> {
    let Some(Collected { most, until }) = collected else {
        return body::to_bytes(body).await.map_err(|error| error.to_string());
    };
    let all = body::to_bytes_limited(body, most);
    let all = match until {
        Some(until) => timeout_at(until, all).await.map_err(|_| "it took too long".to_owned())?,
        None => all.await,
    };
    all.map_err(|_| format!("it has more than {most} bytes"))?.map_err(|error| error.to_string())
}

/// A request as error messages name it.
struct FetchedFrom(Method, String);

impl fmt::Display for FetchedFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, self.1)
    }
}

impl From<FetchResponse> for Response {
    fn from(fetched: FetchResponse) -> Self {
        fetched.response.into()
    }
}

impl Responder for FetchResponse {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.response
    }
}

/// Why a fetch returned no response, or a response could not be read. A 404 or a 500 is a response, not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchError {
    /// The address is not a path of this program, which begins with exactly one `/`; nor a URL, if the program has the
    /// feature `proxy`.
    NotAPath(String),
    /// A header cannot be sent.
    Header(String),
    /// The value for the body does not serialize.
    Serialize(String),
    /// The request was awaited outside of `event.fetch`, the event belongs to no app (like those of
    /// `start_runtime::test::event`), or the server has stopped.
    NoApp,
    /// The host of a URL is an address of the inside, and such are refused ([`FetchPolicy`](crate::FetchPolicy)).
    Refused(String),
    /// Another program did not answer in time.
    TimedOut(String),
    /// Another program gave no answer.
    Network(String),
    /// The body broke off, or is not the text that was requested.
    Body(String),
    /// The body is not JSON, or JSON of another type.
    Json {
        /// The type that was requested.
        expected: &'static str,
        /// How the body differs from it.
        error: String,
    },
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAPath(path) => {
                write!(f, "event.fetch calls routes of this program: `{path}` has to be a path such as `/api/students`; for other hosts turn on the feature `proxy` of start-runtime")
            }
            Self::Header(header) => write!(f, "the header `{header}` cannot be sent"),
            Self::Serialize(error) => write!(f, "the body of the fetched request does not serialize: {error}"),
            Self::NoApp => f.write_str("no app answers this request: pass it to `event.fetch(…)`, and take events from a running app or from `start_runtime::test::app()`"),
            Self::Refused(error) | Self::TimedOut(error) | Self::Network(error) => f.write_str(error),
            Self::Body(error) => write!(f, "the body of a fetched response could not be read: {error}"),
            Self::Json { error, .. } => f.write_str(error),
        }
    }
}

impl std::error::Error for FetchError {}
