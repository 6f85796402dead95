//! What a request asks for: the paths of its calls, their inputs, and how the answer is wanted.

use std::rc::Rc;

use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::web::Bytes;
use percent_encoding::percent_decode_str;

use super::code::Code;
use super::error::Error;
use super::router::{Router, Settings};
use super::split::{NoObject, members};
use super::table::{Entry, Takes};
use crate::base::cut::{VALUE, cut};
use crate::kernel::{Call, ProcedureKind, RawInput, read_body};
use crate::response::Problem;

/// The header by which a client says that it reads answers as they come.
static TRPC_ACCEPT: HeaderName = HeaderName::from_static("trpc-accept");

/// What a request asks for.
pub struct Ask {
    pub calls: Vec<Asked>,
    pub is_batch: bool,
    /// Whether the answers are wanted as they come.
    pub streams: bool,
    pub format: Format,
}

/// One call.
pub struct Asked {
    pub path: String,
    pub entry: Option<&'static Entry>,
    pub input: RawInput,
}

/// What the body of a request is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    Json,
    Form,
    Bytes,
}

impl Takes {
    /// Whether an input of this kind may come in such a body.
    pub fn check(self, format: Format) -> Result<(), Error> {
        match (self, format) {
            (Self::Form, Format::Json | Format::Bytes) => {
                Err(Error::bad_request("the input is a form: send `FormData`"))
            }
            (Self::Bytes, Format::Json | Format::Form) => {
                Err(Error::bad_request("the input is bytes: send a `Uint8Array`, a `Blob` or a `File`"))
            }
            _ => Ok(()),
        }
    }
}

/// The members of the query that tRPC knows.
#[derive(Default)]
pub struct Query {
    pub input: Option<String>,
    pub batch: Option<String>,
    pub connection_params: Option<String>,
    pub last_event_id: Option<String>,
}

impl Query {
    pub fn of(text: &str) -> Self {
        let mut query = Self::default();
        let mut other_id = None;
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let place = match &*name {
                "input" => &mut query.input,
                "batch" => &mut query.batch,
                "connectionParams" => &mut query.connection_params,
                "lastEventId" => &mut query.last_event_id,
                "Last-Event-Id" => &mut other_id,
                _ => continue,
            };
            // The first of a name, as `URLSearchParams.get` has it.
            place.get_or_insert_with(|| value.into_owned());
        }
        query.last_event_id = query.last_event_id.or(other_id);
        query
    }
}

/// Reads a request of a client of version 11. The error is the answer to all calls.
pub async fn read(call: &Call, query: Query, endpoint: &str, router: &Router) -> Result<Ask, Error> {
    let http = call.http();
    let format = format(http.headers(), http.method().as_str())?;
    let path = path(http.uri().path(), endpoint)?;
    let is_batch = format == Format::Json && query.batch.as_deref() == Some("1");
    let streams = streams(http.headers());
    if streams && !is_batch {
        return Err(Error::bad_request("Streaming requests must be batched (you can do a batch of 1)"));
    }
    if format != Format::Json {
        if http.method() != "POST" {
            let kind = if format == Format::Form { "multipart/form-data" } else { "application/octet-stream" };
            return Err(Error::new(
                Code::MethodNotSupported,
                format!("Only POST requests are supported for {kind} requests"),
            ));
        }
        let calls = vec![asked(router, path, RawInput::Body)];
        return Ok(Ask { calls, is_batch: false, streams, format });
    }
    let paths: Vec<String> = if is_batch { path.split(',').map(str::to_owned).collect() } else { vec![path] };
    check_batch(&router.settings, is_batch, paths.len())?;
    let text = text(call, query.input).await.map_err(Error::from)?;
    let inputs = inputs(text, is_batch, paths.len());
    let calls = paths.into_iter().zip(inputs).map(|(path, input)| asked(router, path, input)).collect();
    Ok(Ask { calls, is_batch, streams, format })
}

/// A call, if there is such a procedure.
pub fn asked(router: &Router, path: String, input: RawInput) -> Asked {
    let Settings { separator, .. } = *router.settings;
    if let Some(entry) = router.table.get(&path) {
        return Asked { path, entry: Some(entry), input };
    }
    let entry = if separator == '.' { None } else { router.table.get(&path.replace(separator, ".")) };
    Asked { path: entry.map_or(path, |entry| entry.path.clone()), entry, input }
}

/// Whether a batch is one that is answered.
pub fn check_batch(settings: &Settings, is_batch: bool, calls: usize) -> Result<(), Error> {
    if is_batch && !settings.batching {
        return Err(Error::bad_request("Batching is not enabled on the server"));
    }
    if calls > settings.max_batch_size && is_batch {
        let refused = Error::bad_request("Batch call exceeds maximum size");
        return Err(refused.with("maxBatchSize", settings.max_batch_size));
    }
    Ok(())
}

/// The kind of all calls; `None` if there is no such procedure.
pub fn kind(calls: &[Asked]) -> Result<Option<ProcedureKind>, Error> {
    let kinds = || calls.iter().filter_map(|call| call.entry).map(|entry| entry.procedure.kind);
    let first = kinds().next();
    if kinds().all(|kind| Some(kind) == first) {
        return Ok(first);
    }
    let mut names: Vec<&str> = Vec::new();
    for kind in kinds() {
        if !names.contains(&kind.name()) {
            names.push(kind.name());
        }
    }
    Err(Error::bad_request(format!("Cannot mix procedure types in call: {}", names.join(", "))))
}

/// The path of the calls: what stands behind the endpoint, decoded.
pub fn path(path: &str, endpoint: &str) -> Result<String, Error> {
    let endpoint = endpoint.trim_matches('/');
    // As the adapter of Fetch has it.
    let rest = trimmed(path);
    let rest = match rest.strip_prefix(endpoint) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') || endpoint.is_empty() => rest,
        // The endpoint is spelled otherwise, or has parameters: as many segments are left out.
        _ => {
            let segments = endpoint.split('/').filter(|segment| !segment.is_empty()).count();
            rest.splitn(segments + 1, '/').nth(segments).unwrap_or_default()
        }
    };
    let rest = trimmed(rest);
    let is_escaped =
        |at: usize| rest.as_bytes().get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    let is_broken = rest.bytes().enumerate().any(|(at, byte)| byte == b'%' && !is_escaped(at));
    let decoded = percent_decode_str(rest).decode_utf8().ok().filter(|_| !is_broken);
    match decoded {
        Some(decoded) => Ok(decoded.into_owned()),
        None => Err(Error::bad_request(format!("Invalid URL-encoding in path \"{}\"", cut(rest, VALUE)))),
    }
}

/// Without one slash on each side.
fn trimmed(text: &str) -> &str {
    let text = text.strip_prefix('/').unwrap_or(text);
    text.strip_suffix('/').unwrap_or(text)
}

/// The media type of the body in small letters, without parameters; empty if there is none.
pub fn media_type(headers: &HeaderMap) -> String {
    let written = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    written.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The error for a request without a call.
pub fn no_call() -> Error {
    Error::bad_request("there is no call")
}

/// What the body of the request is, by its content type.
fn format(headers: &HeaderMap, method: &str) -> Result<Format, Error> {
    match media_type(headers).as_str() {
        "application/json" => Ok(Format::Json),
        "multipart/form-data" => Ok(Format::Form),
        "application/octet-stream" => Ok(Format::Bytes),
        _ if method == "GET" => Ok(Format::Json),
        _ => Err(Error::new(
            Code::UnsupportedMediaType,
            match headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) {
                // The quote is not closed there either.
                Some(written) => format!("Unsupported content-type \"{}", cut(written, VALUE)),
                None => "Missing content-type header".to_owned(),
            },
        )),
    }
}

/// Whether the answers are wanted as they come.
fn streams(headers: &HeaderMap) -> bool {
    const JSONL: &str = "application/jsonl";
    if let Some(accept) = headers.get(&TRPC_ACCEPT) {
        return accept.as_bytes() == JSONL.as_bytes();
    }
    let accepts = headers.get_all(header::ACCEPT).filter_map(|accept| accept.to_str().ok());
    accepts.flat_map(|accept| accept.split(',')).any(|range| range.trim() == JSONL)
}

/// The text with the inputs; `None` if there is none.
pub async fn text(call: &Call, input: Option<String>) -> Result<Option<Bytes>, Problem> {
    let text = match input {
        _ if call.http().method() != "GET" => read_body(call, "tRPC").await?,
        Some(input) => Bytes::from(input),
        None => Bytes::new(),
    };
    Ok((!text.is_empty()).then_some(text))
}

/// The input of each call.
fn inputs(text: Option<Bytes>, is_batch: bool, calls: usize) -> Vec<RawInput> {
    let Some(text) = text else { return vec![RawInput::Undefined; calls] };
    if !is_batch {
        return vec![RawInput::Json(text)];
    }
    batch_inputs(&text, calls).unwrap_or_else(|problem| vec![RawInput::Broken(Rc::new(problem)); calls])
}

/// The inputs of a batch, by their numbers.
pub fn batch_inputs(text: &Bytes, calls: usize) -> Result<Vec<RawInput>, Problem> {
    let mut inputs = vec![RawInput::Undefined; calls];
    let split = members(text, |key, value| {
        let is_written_so = key == "0" || !key.starts_with(['0', '+']);
        let index = key.parse::<usize>().ok().filter(|_| is_written_so);
        if let Some(place) = index.and_then(|index| inputs.get_mut(index)) {
            *place = RawInput::Json(value);
        }
    });
    split.map_err(|fault| match fault {
        NoObject::Json(error) => Problem::bad_request(format!("the input is not JSON: {error}")),
        NoObject::Other => Problem::bad_request("\"input\" needs to be an object when doing a batch call"),
    })?;
    Ok(inputs)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_path_of_a_call_is_what_stands_behind_the_endpoint() {
        let cases = [
            ("/api/trpc/hello", "/api/trpc", Some("hello")),
            ("/api/trpc/hello", "/api/trpc/", Some("hello")),
            ("/api/trpc/hello", "api/trpc", Some("hello")),
            ("/api/trpc/hello/", "/api/trpc", Some("hello")),
            ("/api/trpc/hello//", "/api/trpc", Some("hello")),
            ("/api/trpc//hello//", "/api/trpc", Some("/hello")),
            ("/api/trpc", "/api/trpc", Some("")),
            ("/api/trpc/", "/api/trpc", Some("")),
            ("/hello", "/", Some("hello")),
            ("/hello", "", Some("hello")),
            ("/api/trpc/a%2Cb", "/api/trpc", Some("a,b")),
            ("/api/trpc/a%252Cb", "/api/trpc", Some("a%2Cb")),
            ("/api/trpc/gr%C3%B6", "/api/trpc", Some("grö")),
            ("/api/trpc/%E0%A4%A", "/api/trpc", None),
            ("/api/trpc/%FF", "/api/trpc", None),
            ("/api/trpc/%", "/api/trpc", None),
            ("/%61pi/trpc/hello", "/api/trpc", Some("hello")),
            ("/acme/trpc/hello", "/[tenant]/trpc", Some("hello")),
            ("/api/trpcx/hello", "/api/trpc", Some("hello")),
        ];
        for (path, endpoint, expected) in cases {
            assert_eq!(super::path(path, endpoint).ok().as_deref(), expected, "{path} at {endpoint}");
        }
    }
}
