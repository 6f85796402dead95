//! Problem Details (RFC 9457): how Start reports errors to clients.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use super::actix_error;
use super::cause::Cause;
use super::field::field;
use super::status::IntoStatus;

/// An error response as `application/problem+json` (RFC 9457).
///
/// ```
/// use start_runtime::Problem;
///
/// fn house(name: &str) -> Result<u32, Problem> {
///     match name {
///         "gryffindor" => Ok(1),
///         _ => Err(Problem::not_found(format!("there is no house {name}")).with("house", name)),
///     }
/// }
///
/// let problem = house("durmstrang").unwrap_err();
/// assert_eq!(problem.status().as_u16(), 404);
/// assert_eq!(problem.detail(), Some("there is no house durmstrang"));
/// ```
///
/// `?` turns any error into a problem: it becomes a 500 whose text is only logged, because it may reveal too much to a
/// stranger. Errors of actix keep their status.
#[derive(Clone)]
pub struct Problem(Box<Inner>);

#[derive(Clone)]
struct Inner {
    status: StatusCode,
    kind: Cow<'static, str>,
    title: Option<Cow<'static, str>>,
    detail: Option<Cow<'static, str>>,
    instance: Option<String>,
    members: Map<String, Value>,
    headers: HeaderMap,
    cause: Option<Arc<Cause>>,
    /// Whether this stands for a problem that cannot be sent: it stays a 500.
    is_refused: bool,
    /// The body of an error that has a response of its own, which is sent in place of the problem. The status and the
    /// headers are the problem's.
    body: Option<Bytes>,
}

impl Problem {
    /// A problem with this status and the status's own title. A number that is not a status becomes a 500.
    pub fn new(status: impl IntoStatus) -> Self {
        Self(Box::new(Inner {
            status: status.into_status().unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            kind: Cow::Borrowed("about:blank"),
            title: None,
            detail: None,
            instance: None,
            members: Map::new(),
            headers: HeaderMap::new(),
            cause: None,
            is_refused: false,
            body: None,
        }))
    }

    /// An error's own response: it is sent as it is, unless the problem is changed. A body that is produced piece by
    /// piece is left out, because a problem can be cloned.
    pub(crate) fn answered(response: HttpResponse) -> Self {
        let (head, body) = response.into_parts();
        let mut problem = Self::new(head.status());
        problem.0.headers = head.headers().clone();
        match body.try_into_bytes() {
            Ok(body) => problem.0.body = Some(body),
            Err(_) => drop(problem.0.headers.remove(header::CONTENT_TYPE)),
        }
        problem
    }

    /// Whether this is the response of an error that has one of its own.
    pub(crate) fn is_answer(&self) -> bool {
        self.0.body.is_some()
    }

    /// The problem with the headers of its response: what wraps an error may have added some.
    pub(crate) fn with_headers_of(mut self, response: &HttpResponse) -> Self {
        let content_type = self.0.headers.get(header::CONTENT_TYPE).cloned();
        self.0.headers = response.headers().clone();
        self.0.headers.remove(header::CONTENT_TYPE);
        if let Some(content_type) = content_type {
            self.0.headers.insert(header::CONTENT_TYPE, content_type);
        }
        self
    }

    /// A 400: the request cannot be understood.
    pub fn bad_request(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST).with_detail(detail)
    }

    /// A 401: the client has not said who it is. From a function with `#[extractor(security = …)]`, it is sent with the
    /// `WWW-Authenticate` of the scheme; elsewhere, add that header with [`Problem::header`].
    pub fn unauthorized(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED).with_detail(detail)
    }

    /// A 403: the client is known, but not allowed to do this.
    pub fn forbidden(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN).with_detail(detail)
    }

    /// A 404: the resource does not exist.
    pub fn not_found(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND).with_detail(detail)
    }

    /// A 409: the request conflicts with the current state.
    pub fn conflict(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT).with_detail(detail)
    }

    /// A 422: well-formed, but its content is invalid.
    pub fn unprocessable(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY).with_detail(detail)
    }

    /// A 500. The cause is logged and passed to `on_error`, but never sent.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR).with_cause(cause)
    }

    /// Sets the status.
    #[must_use]
    pub fn with_status(self, status: impl IntoStatus) -> Self {
        let status = status.into_status().unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.edit(|inner| inner.status = status)
    }

    /// Sets the detail: a sentence about this occurrence.
    #[must_use]
    pub fn with_detail(self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.edit(|inner| inner.detail = Some(detail.into()))
    }

    /// Sets the title, in place of the status's own: a few words that are the same for each occurrence.
    #[must_use]
    pub fn with_title(self, title: impl Into<Cow<'static, str>>) -> Self {
        self.edit(|inner| inner.title = Some(title.into()))
    }

    /// Sets the type: a URI that names this kind of problem, in place of `about:blank`.
    #[must_use]
    pub fn with_type(self, uri: impl Into<Cow<'static, str>>) -> Self {
        self.edit(|inner| inner.kind = uri.into())
    }

    /// Sets the instance: a URI reference that names this occurrence.
    #[must_use]
    pub fn with_instance(self, uri: impl Into<String>) -> Self {
        self.edit(|inner| inner.instance = Some(uri.into()))
    }

    /// Adds a member of your own (RFC 9457, section 3.2). The names that the standard uses (`type`, `title`, `status`,
    /// `detail`, `instance`) are ignored.
    #[must_use]
    pub fn with(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let name = name.into();
        self.edit(|inner| {
            if !["type", "title", "status", "detail", "instance"].contains(&name.as_str()) {
                inner.members.insert(name, value.into());
            }
        })
    }

    /// Adds a header, keeping those of the same name. Location and Content-Location are percent-encoded where they have
    /// to be. A header that cannot be sent makes the problem a 500 whatever is set afterwards, with the reason as its
    /// cause.
    #[must_use]
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        match field(name.as_ref(), value.as_ref()) {
            Ok((name, value)) => self.0.headers.append(name, value),
            Err(_) if self.0.is_refused => {}
            Err(refused) => {
                self = Self::internal(refused);
                self.0.is_refused = true;
            }
        }
        self
    }

    /// Sets a cause for the log and for `on_error`. It is never sent.
    #[must_use]
    pub fn with_cause(self, cause: impl fmt::Display) -> Self {
        self.note(|inner| inner.cause = Some(Arc::new(Cause::said(cause.to_string()))))
    }

    /// Keeps the error behind the problem, for the log and for `on_error`. It is never sent.
    ///
    /// ```
    /// use start_runtime::Problem;
    ///
    /// let broken = std::io::Error::other("the disk is full");
    /// let problem = Problem::new(503).with_detail("try again later").caused_by(broken);
    /// assert_eq!(problem.cause(), Some("the disk is full"));
    /// assert!(problem.source().unwrap().is::<std::io::Error>());
    /// ```
    #[must_use]
    pub fn caused_by(self, error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.note(|inner| inner.cause = Some(Arc::new(Cause::new(error.into()))))
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The title: its own, else the status's.
    pub fn title(&self) -> &str {
        self.0.title.as_deref().or_else(|| self.0.status.canonical_reason()).unwrap_or("Error")
    }

    /// The sentence about this occurrence, if there is one.
    pub fn detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// The headers of the response, such as `Accept-Post` with a 415.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The same, to be changed.
    #[allow(dead_code, reason = "capabilities use it")]
    pub(crate) fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.0.headers
    }

    /// All members of its own, in their order.
    #[allow(dead_code, reason = "capabilities use it")]
    pub(crate) fn members(&self) -> &Map<String, Value> {
        &self.0.members
    }

    /// The member with this name, if there is one.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.0.members.get(name)
    }

    /// What went wrong inside the program. It is not part of the response.
    pub fn cause(&self) -> Option<&str> {
        Some(self.0.cause.as_ref()?.text())
    }

    /// The error behind the problem, to be walked with [`Error::source`](StdError::source): what
    /// [`Problem::caused_by`] was given, or what the handler's `Err` held. An error that became a problem by `?` has its
    /// texts here, and those of its sources, under another type: it need not be `Send`, and a problem is.
    pub fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.0.cause.as_ref()?.error())
    }

    /// Changes what a client sees. A problem that stands for an error's own response becomes an ordinary one.
    fn edit(self, edit: impl FnOnce(&mut Inner)) -> Self {
        self.note(|inner| {
            if inner.body.take().is_some() {
                inner.headers.remove(header::CONTENT_TYPE);
            }
            edit(inner);
        })
    }

    /// Changes what no client sees, unless the problem stays as it is.
    fn note(mut self, edit: impl FnOnce(&mut Inner)) -> Self {
        if !self.0.is_refused {
            edit(&mut self.0);
        }
        self
    }

    /// A 500 for an error that says nothing about an answer.
    pub(crate) fn unexpected(cause: Cause) -> Self {
        let mut problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR);
        problem.0.cause = Some(Arc::new(cause));
        problem
    }

    pub(crate) fn into_http_response(self) -> HttpResponse {
        if let Some(body) = self.0.body {
            let mut response = HttpResponse::with_body(self.0.status, BoxBody::new(body));
            *response.headers_mut() = self.0.headers;
            return response;
        }
        // Text, numbers and maps with text keys always serialize.
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = HttpResponse::with_body(self.0.status, BoxBody::new(body));
        *response.headers_mut() = self.0.headers;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

/// Writes the members in the order of the standard, followed by the user's own.
impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &self.0.kind)?;
        map.serialize_entry("title", self.title())?;
        map.serialize_entry("status", &self.0.status.as_u16())?;
        if let Some(detail) = &self.0.detail {
            map.serialize_entry("detail", detail)?;
        }
        if let Some(instance) = &self.0.instance {
            map.serialize_entry("instance", instance)?;
        }
        for (name, value) in &self.0.members {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Converts any error for `?`: it becomes a 500 whose text stays in the log. An error of actix keeps its status, and its
/// response if it has one of its own, such as a redirect: that is sent as it is.
impl<E: IntoProblem> From<E> for Problem {
    fn from(error: E) -> Self {
        error.into_problem()
    }
}

/// An error that `?` turns into a problem: every one that implements `std::error::Error`.
#[diagnostic::on_unimplemented(
    message = "`?` cannot turn `{Self}` into a `Problem`",
    label = "`{Self}` is no `std::error::Error`: choose the answer, `.map_err(Problem::internal)?` or `.map_err(|error| Problem::bad_request(error.to_string()))?`",
    note = "a handler may also fail with it as it is, such as `Result<T, anyhow::Error>`: a 500 whose text is only logged",
    note = "for a type of your own: implement `std::error::Error`, or `From<{Self}> for Problem`"
)]
pub trait IntoProblem {
    /// The problem for the error.
    fn into_problem(self) -> Problem;
}

#[diagnostic::do_not_recommend]
impl<E: StdError + 'static> IntoProblem for E {
    fn into_problem(self) -> Problem {
        actix_error::known(&self).unwrap_or_else(|| Problem::unexpected(Cause::copied(&self)))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.status.as_u16(), self.title())?;
        for text in [self.detail(), self.cause()].into_iter().flatten() {
            write!(f, ": {text}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Problem({self})")
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        self.clone().into_http_response()
    }
}

impl Responder for Problem {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.into_http_response()
    }
}
