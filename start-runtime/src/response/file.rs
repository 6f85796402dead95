//! A file as the answer: its type, its validators, and the part of it that a client wants (RFC 9110, sections 13 and 14).

use std::path::Path;

use actix_files::NamedFile;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::test::TestRequest;
use actix_web::{HttpRequest, HttpResponse};

use super::range::{Meaning, meaning};

/// Sends a file. Text has its charset, and no browser guesses another type.
pub fn send(file: NamedFile, http: &HttpRequest) -> HttpResponse {
    let size = file.metadata().len();
    let range = http.headers().contains_key(header::RANGE).then(|| meaning(http.headers(), size));
    let mut response = match range {
        None => file.into_response(http),
        Some(range) => file.into_response(&as_meant(http, range, size)),
    };
    finish_type(&mut response);
    response
}

/// Sets the type that follows from the extension of a name.
pub fn describe(response: &mut HttpResponse, name: &str) {
    let extension = Path::new(name).extension().unwrap_or_default().to_string_lossy();
    let mime = actix_files::file_extension_to_mime(&extension);
    if let Ok(value) = HeaderValue::try_from(mime.as_ref()) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    finish_type(response);
}

fn finish_type(response: &mut HttpResponse) {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(with_charset) = headers.get(header::CONTENT_TYPE).and_then(with_charset) {
        headers.insert(header::CONTENT_TYPE, with_charset);
    }
}

/// A request for a part of a file whose conditions were judged already.
pub fn without_conditions(http: &HttpRequest, range: Meaning) -> HttpRequest {
    ranged(TestRequest::default().method(http.method().clone()), range, u64::MAX)
}

/// What actix-files looks at, with a range that it reads as it is meant: it answers 416 or 400 to ranges that are to be
/// ignored, or that end far behind the file.
fn as_meant(http: &HttpRequest, range: Meaning, size: u64) -> HttpRequest {
    const CONDITIONS: [HeaderName; 5] = [
        header::IF_MATCH,
        header::IF_NONE_MATCH,
        header::IF_MODIFIED_SINCE,
        header::IF_UNMODIFIED_SINCE,
        header::IF_RANGE,
    ];
    let mut request = TestRequest::default().method(http.method().clone());
    for name in CONDITIONS {
        for value in http.headers().get_all(&name) {
            request = request.append_header((name.clone(), value.clone()));
        }
    }
    ranged(request, range, size)
}

fn ranged(request: TestRequest, range: Meaning, size: u64) -> HttpRequest {
    match range {
        Meaning::Ignored => request,
        Meaning::Part { first, last } => request.append_header((header::RANGE, format!("bytes={first}-{last}"))),
        Meaning::Unsatisfiable => request.append_header((header::RANGE, format!("bytes={size}-"))),
    }
    .to_http_request()
}

/// The same type with `charset=utf-8`, for text. JSON has no such parameter (RFC 8259, section 11), and the XML of an
/// image says itself what it is.
fn with_charset(content_type: &HeaderValue) -> Option<HeaderValue> {
    let text = content_type.to_str().ok()?;
    let (kind, subtype) = text.split_once('/')?;
    let is_text = match kind {
        "text" => true,
        "application" => {
            subtype.ends_with("+xml")
                || matches!(
                    subtype,
                    "ecmascript"
                        | "javascript"
                        | "sql"
                        | "toml"
                        | "x-sh"
                        | "x-sql"
                        | "x-subrip"
                        | "x-yaml"
                        | "xml"
                        | "yaml"
                )
        }
        _ => false,
    };
    (is_text && !text.contains(';')).then(|| HeaderValue::try_from(format!("{text}; charset=utf-8")).ok())?
}

/// Marks a response whose strong ETag belongs to the content as it is: middleware may compress it.
struct NotEncoded;

/// Records which representation the ETag of a response is that of.
pub fn mark_representation(response: &mut HttpResponse) {
    let headers = response.headers();
    if headers.contains_key(header::ETAG) && !headers.contains_key(header::CONTENT_ENCODING) {
        response.extensions_mut().insert(NotEncoded);
    }
}

/// Marks a part of a content that says that it is not encoded.
struct Unencoded;

/// Keeps middleware from compressing a part: a part of compressed content is another part. Only middleware sees this: a
/// client is not sent `Content-Encoding: identity` (RFC 9110, section 8.4.1).
pub fn keep_part(response: &mut HttpResponse) {
    if response.status() == StatusCode::PARTIAL_CONTENT && !response.headers().contains_key(header::CONTENT_ENCODING) {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("identity"));
        response.extensions_mut().insert(Unencoded);
    }
}

/// Takes back what [`keep_part`] has said, behind all middleware.
pub fn release_part<B>(response: &mut HttpResponse<B>) {
    if response.status() == StatusCode::PARTIAL_CONTENT && response.extensions_mut().remove::<Unencoded>().is_some() {
        response.headers_mut().remove(header::CONTENT_ENCODING);
    }
}

/// What a 304 stands for, in its extensions: what is not sent decides whether its ETag is weak.
pub struct Unsent {
    /// The response; `None` if the client accepts no coding.
    #[allow(dead_code, reason = "compression looks at it")]
    pub response: Option<HttpResponse>,
    /// Whether it would have been compressed.
    pub is_encoded: bool,
}

/// Makes the ETag of a response weak if it was compressed since it was marked: one strong ETag must not stand for two
/// sequences of bytes (RFC 9110, section 8.8.3.3). A 304 has the ETag of what it stands for; if that is not known, it
/// repeats the one that the client has.
pub fn weaken_etag<B>(response: &mut HttpResponse<B>, request: &HeaderMap) {
    let Some(tag) = response.headers().get(header::ETAG) else { return };
    let weak = [b"W/", tag.as_bytes()].concat();
    let is_encoded =
        response.headers().contains_key(header::CONTENT_ENCODING) && response.extensions().contains::<NotEncoded>();
    let repeated =
        || request.get_all(header::IF_NONE_MATCH).any(|known| memchr::memmem::find(known.as_bytes(), &weak).is_some());
    let unsent = response.extensions().get::<Unsent>().map(|unsent| unsent.is_encoded);
    if tag.as_bytes().starts_with(b"\"")
        && (is_encoded || (response.status() == 304 && unsent.unwrap_or_else(repeated)))
        && let Ok(weak) = HeaderValue::from_bytes(&weak)
    {
        response.headers_mut().insert(header::ETAG, weak);
    }
}
