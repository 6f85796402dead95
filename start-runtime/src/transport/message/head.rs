//! The head of a request: bytes to an [`actix_http::Request`], in one pass.
//!
//! httparse finds the lines and checks their characters, [`Rules`] say what they mean, and each value
//! becomes a slice of the head. What httparse takes and HTTP does not allow here is found by
//! [`Lines::is_strict`]: lines that end with LF alone. A head that is refused is read once more by
//! [`explain`] for the reason.

use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::ops::Range;

use actix_http::header::{self, HeaderValue};
use actix_http::{ConnectionType, Method, Request, StatusCode, Uri, Version};
use bytes::{Bytes, BytesMut};

use super::explain::{bad_target, explain, too_many_headers};
use super::names::{self, Meaning};
use super::refusal::Refusal;
use super::repeated::{self, Repeated};
use super::rules::{Message, Rules, Switch};
use super::target::{self, Form};

/// The most headers that a request may have.
pub const MOST_HEADERS: usize = 96;

/// As many as nearly all requests have. More are found by a second pass with more space.
const FEW_HEADERS: usize = 24;

/// The longest target, in bytes: what [`Uri`] takes.
const LONGEST_TARGET: usize = 65_534;

/// What is at the beginning of a buffer.
pub enum Read {
    /// The beginning of a head: nothing is taken.
    More,
    /// A request, whose head is taken out of the buffer.
    Head(Request, Message),
    /// No request.
    Refused(Refusal),
}

/// Reads a head. `limit` is for the request line and the headers together, in bytes.
pub fn read(buffer: &mut BytesMut, limit: usize, client: Option<SocketAddr>) -> Read {
    let window = &buffer[..buffer.len().min(limit)];
    let mut few = [Span::default(); FEW_HEADERS];
    match Lines::find(window, &mut few) {
        Ok(Some(lines)) => take(buffer, &lines, &few, client),
        Ok(None) => too_large(buffer, limit).map_or(Read::More, Read::Refused),
        Err(_) => read_unusual(buffer, limit, client),
    }
}

/// A head with many headers, or with a fault.
#[cold]
fn read_unusual(buffer: &mut BytesMut, limit: usize, client: Option<SocketAddr>) -> Read {
    let window = &buffer[..buffer.len().min(limit)];
    let as_1_1 = later_minor(window);
    let window = as_1_1.as_deref().unwrap_or(window);
    let mut many = [Span::default(); MOST_HEADERS];
    match Lines::find(window, &mut many) {
        Ok(Some(lines)) if !lines.is_strict => return Read::Refused(explain(&window[..lines.length])),
        Ok(Some(lines)) => return take(buffer, &lines, &many, client),
        Ok(None) => {}
        Err(_) => {
            // A fault counts when its line is complete: the same bytes are refused for the same reason,
            // however they are cut.
            let whole = &window[..memchr::memrchr(b'\n', window).map_or(0, |last| last + 1)];
            if Lines::find(whole, &mut many).is_err() {
                return Read::Refused(explain(whole));
            }
        }
    }
    too_large(buffer, limit).map_or(Read::More, Read::Refused)
}

/// A head with a version such as HTTP/1.2, as one with HTTP/1.1: it is read like that (RFC 9110, section 2.5).
fn later_minor(window: &[u8]) -> Option<Vec<u8>> {
    let end = memchr::memchr(b'\n', window)?;
    let [line @ .., b'2'..=b'9', b'\r', b'\n'] = &window[..=end] else { return None };
    let minor = line.strip_suffix(b" HTTP/1.").map(|_| line.len())?;
    let mut head = window.to_vec();
    head[minor] = b'1';
    Some(head)
}

/// Whether an incomplete head is over the limit.
fn too_large(buffer: &[u8], limit: usize) -> Option<Refusal> {
    (buffer.len() > limit).then(|| Refusal::too_large(limit, memchr::memchr(b'\n', &buffer[..limit]).is_none()))
}

/// Where the name and the value of a header stand.
#[derive(Clone, Copy, Default)]
struct Span {
    name: u32,
    name_end: u32,
    value: u32,
    value_end: u32,
}

/// Where the parts of a complete head stand.
struct Lines {
    length: usize,
    method: usize,
    target: usize,
    is_1_0: bool,
    headers: usize,
    is_strict: bool,
}

impl Lines {
    /// Finds the parts of a head. `None` if it is incomplete.
    #[inline]
    fn find<const N: usize>(window: &[u8], spans: &mut [Span; N]) -> Result<Option<Self>, httparse::Error> {
        let mut space = [const { MaybeUninit::uninit() }; N];
        let mut head = httparse::Request::new(&mut []);
        let httparse::Status::Complete(length) = head.parse_with_uninit_headers(window, &mut space)? else {
            return Ok(None);
        };
        let (Some(method), Some(target), Some(version)) = (head.method, head.path, head.version) else {
            return Err(httparse::Error::Token);
        };
        let start = window.as_ptr() as usize;
        let mut is_strict = window[..length].ends_with(b"\r\n\r\n");
        for (span, header) in spans.iter_mut().zip(head.headers.iter()) {
            let name = header.name.as_ptr() as usize - start;
            let value = header.value.as_ptr() as usize - start;
            is_strict &= window.get(name.wrapping_sub(2)..name) == Some(b"\r\n");
            // A limit above 4 GiB is not allowed by `Settings`.
            *span = Span {
                name: name as u32,
                name_end: (name + header.name.len()) as u32,
                value: value as u32,
                value_end: (value + header.value.len()) as u32,
            };
        }
        let headers = head.headers.len();
        Ok(Some(Self { length, method: method.len(), target: target.len(), is_1_0: version == 0, headers, is_strict }))
    }
}

/// Takes a complete head out of the buffer.
#[inline]
fn take(buffer: &mut BytesMut, lines: &Lines, spans: &[Span], client: Option<SocketAddr>) -> Read {
    if !lines.is_strict {
        return Read::Refused(explain(&buffer[..lines.length]));
    }
    let head = buffer.split_to(lines.length).freeze();
    match request(&head, lines, spans, client) {
        Ok((request, message)) => Read::Head(request, message),
        Err(refusal) => Read::Refused(refusal),
    }
}

#[inline]
fn request(
    head: &Bytes,
    lines: &Lines,
    spans: &[Span],
    client: Option<SocketAddr>,
) -> Result<(Request, Message), Refusal> {
    let spans = spans.get(..lines.headers).ok_or_else(too_many_headers)?;
    let method = &head[..lines.method];
    let target = lines.method + 1..lines.method + 1 + lines.target;
    let mut rules = Rules::new(method, &head[target.clone()], lines.is_1_0)?;
    let mut request = Request::new();
    let parts = request.head_mut();
    parts.method = method_of(method)?;
    parts.version = if lines.is_1_0 { Version::HTTP_10 } else { Version::HTTP_11 };
    parts.peer_addr = client;
    repeated::with(|known| {
        parts.uri = match known.targets.get(&head[target.clone()]) {
            Some(uri) => uri,
            None => {
                let uri = uri(head.slice(target.clone()))?;
                known.targets.meet(&head[target.clone()]);
                uri
            }
        };
        for span in spans {
            let name = &head[span.name as usize..span.name_end as usize];
            let Some((name, meaning)) = names::of(name) else {
                return Err(Refusal::bad("the name of a header is no token; no space may stand before the colon"));
            };
            let range = span.value as usize..span.value_end as usize;
            parts.headers.append(name, value(head, range, meaning, &mut rules, known)?);
        }
        Ok(())
    })?;
    let message = rules.end()?;
    if rules.form() == Form::Absolute
        && let Some(authority) = target::authority(&head[target])
        && let Ok(authority) = HeaderValue::from_bytes(authority)
    {
        // Whoever asks for the host gets that of the target (RFC 9112, section 3.2.2).
        parts.headers.insert(header::HOST, authority);
    }
    if message.upgrade != Switch::No {
        parts.set_connection_type(ConnectionType::Upgrade);
    } else if !message.persists {
        parts.set_connection_type(ConnectionType::Close);
    } else if message.is_1_0 {
        parts.set_connection_type(ConnectionType::KeepAlive);
    }
    Ok((request, message))
}

/// The value of a header, after the rules have seen it.
#[inline]
fn value(
    head: &Bytes,
    range: Range<usize>,
    meaning: Meaning,
    rules: &mut Rules,
    known: &mut Repeated,
) -> Result<HeaderValue, Refusal> {
    let bytes = &head[range.clone()];
    if meaning == Meaning::Host
        && let Some(host) = known.hosts.get(bytes)
    {
        return rules.known_host().map(|()| host);
    }
    rules.header(meaning, bytes)?;
    if matches!(meaning, Meaning::Repeated | Meaning::Connection)
        && let Some(value) = known.values.get(bytes)
    {
        return Ok(value);
    }
    let Ok(value) = HeaderValue::from_maybe_shared(head.slice(range)) else {
        return Err(Refusal::bad("a control character stands in the head"));
    };
    match meaning {
        // With an absolute target it was not looked at.
        Meaning::Host if rules.form() == Form::Origin => known.hosts.keep(&value),
        Meaning::Repeated | Meaning::Connection => known.values.keep(&value),
        _ => {}
    }
    Ok(value)
}

#[inline]
fn method_of(name: &[u8]) -> Result<Method, Refusal> {
    match name {
        b"GET" => Ok(Method::GET),
        b"POST" => Ok(Method::POST),
        _ => Method::from_bytes(name).map_err(|_| Refusal::bad("the method is no token")),
    }
}

fn uri(target: Bytes) -> Result<Uri, Refusal> {
    if target.len() > LONGEST_TARGET {
        return Err(Refusal::new(
            StatusCode::URI_TOO_LONG,
            format!("the target is longer than {LONGEST_TARGET} bytes"),
        ));
    }
    // `Uri` leaves a fragment out.
    target::refuse_fragment(&target)?;
    Uri::from_maybe_shared(target).map_err(|_| bad_target())
}
