use std::cell::RefCell;
use std::future::IntoFuture;
use std::net::IpAddr;
use std::pin::Pin;

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, Uri};
use actix_web::web::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;

use super::{Caller, FetchError, FetchResponse, send};
use crate::http::Targets;
use crate::kernel::{Given, OutsideOptions};
use crate::response::to_json;

/// A request to a route of the program, or to another program; `.await` sends it.
#[must_use = "a request does nothing until it is awaited"]
pub struct RequestBuilder {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Bytes>,
    pub(super) caller: Caller,
    pub(super) forward_credentials: bool,
    /// What a test gives the request.
    pub(super) given: Given,
    /// The address that a test sends the request from.
    pub(super) peer: Option<IpAddr>,
    pub(super) error: Option<FetchError>,
    /// For a request to another program.
    pub(crate) options: OutsideOptions,
}

impl RequestBuilder {
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: super::no_headers(),
            body: None,
            caller: Caller::Unknown,
            forward_credentials: false,
            given: Given::default(),
            peer: None,
            error: None,
            options: OutsideOptions::default(),
        }
    }

    /// Its method and path, for the checks of tests.
    pub(crate) fn target(&self) -> (Method, String) {
        (self.method.clone(), self.path.clone())
    }

    pub(crate) fn from(mut self, caller: Caller) -> Self {
        self.caller = caller;
        self
    }

    /// Sets a header that the request does not have yet.
    pub(crate) fn default_header(self, name: &str, value: impl FnOnce() -> Option<String>) -> Self {
        if self.headers.contains_key(name) {
            return self;
        }
        match value() {
            Some(value) => self.header(name, value),
            None => self,
        }
    }

    pub(crate) fn has_header(&self, name: &str) -> bool {
        self.headers.contains_key(name)
    }

    pub(crate) fn given(mut self, given: Given) -> Self {
        self.given = given;
        self
    }

    pub(crate) fn peer(mut self, peer: Option<IpAddr>) -> Self {
        self.peer = peer;
        self
    }

    /// Sets this header, replacing any header of the same name.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let (name, value) = (name.as_ref(), value.as_ref());
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            _ => self.error = Some(FetchError::Header(format!("{name}: {}", value.escape_debug()))),
        }
        self
    }

    /// Sets a JSON body and its content type. A float that is NaN or infinite is an error of the fetch.
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        match to_json(value) {
            Ok(body) => self.body = Some(body),
            Err(error) => self.error = Some(FetchError::Serialize(error.to_string())),
        }
        self.content_type("application/json")
    }

    /// Sets a form as the body (`application/x-www-form-urlencoded`), and its content type.
    pub fn form<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        match serde_html_form::to_string(value) {
            Ok(body) => self.body = Some(body.into()),
            Err(error) => self.error = Some(FetchError::Serialize(error.to_string())),
        }
        self.content_type("application/x-www-form-urlencoded")
    }

    /// Sets the body. Set its content type with [`RequestBuilder::header`].
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Adds the Cookie and Authorization headers of the request that is being answered. Without this, the fetched route
    /// receives no credentials.
    pub fn forward_credentials(mut self) -> Self {
        self.forward_credentials = true;
        self
    }

    fn content_type(mut self, content_type: &'static str) -> Self {
        self.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        self
    }
}

impl IntoFuture for RequestBuilder {
    type Output = Result<FetchResponse, FetchError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output>>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(send(self))
    }
}

/// What can be fetched: a path or a URL, which means a GET request, or a request.
pub trait IntoFetch {
    /// Converts the value into a request.
    fn into_fetch(self) -> RequestBuilder;
}

impl IntoFetch for RequestBuilder {
    fn into_fetch(self) -> RequestBuilder {
        self
    }
}

impl IntoFetch for &str {
    fn into_fetch(self) -> RequestBuilder {
        RequestBuilder::new(Method::GET, self)
    }
}

impl IntoFetch for String {
    fn into_fetch(self) -> RequestBuilder {
        RequestBuilder::new(Method::GET, self)
    }
}

impl IntoFetch for &String {
    fn into_fetch(self) -> RequestBuilder {
        RequestBuilder::new(Method::GET, self)
    }
}

/// Characters that must be escaped in a request line. `%` is not one of them: the path counts as encoded.
const NOT_IN_A_PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// How many targets a thread keeps.
const KNOWN: usize = 64;

thread_local! {
    /// Targets that need no encoding.
    static TARGETS: RefCell<Targets<KNOWN>> = const { RefCell::new(Targets::new()) };
}

/// The characters that a target may contain as they are.
const IS_PLAIN: [bool; 256] = {
    let mut is_plain = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        is_plain[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let others = b"/-._~?=&%,:;+@!$'()*";
    let mut at = 0;
    while at < others.len() {
        is_plain[others[at] as usize] = true;
        at += 1;
    }
    is_plain
};

/// The request target of a path: characters that a URI cannot contain are percent-encoded, and a fragment is removed.
pub fn target(path: &str) -> Result<Uri, FetchError> {
    if !path.starts_with('/') || path.starts_with("//") {
        return Err(FetchError::NotAPath(path.to_owned()));
    }
    TARGETS.with_borrow_mut(|known| match known.get(path.as_bytes()) {
        Some(uri) => Ok(uri),
        None => parse(path, known),
    })
}

fn parse(path: &str, known: &mut Targets<KNOWN>) -> Result<Uri, FetchError> {
    let uri = if path.bytes().all(|byte| IS_PLAIN[usize::from(byte)]) {
        known.meet(path.as_bytes());
        Uri::try_from(path)
    } else {
        let path = path.split('#').next().unwrap_or_default();
        Uri::try_from(utf8_percent_encode(path, NOT_IN_A_PATH).to_string())
    };
    uri.map_err(|_| FetchError::NotAPath(path.to_owned()))
}

/// Everything but the characters that one segment of a path may contain unescaped (RFC 3986, `unreserved`).
const NOT_IN_A_SEGMENT: &AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Encodes a value as one segment of a path: a slash, a space or a `%` in it is percent-encoded.
///
/// ```
/// let house = "the house/of the lion";
/// assert_eq!(format!("/api/{}", start_runtime::encode_segment(house)), "/api/the%20house%2Fof%20the%20lion");
/// ```
pub fn encode_segment(value: &str) -> String {
    utf8_percent_encode(value, NOT_IN_A_SEGMENT).to_string()
}
