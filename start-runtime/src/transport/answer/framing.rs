//! How the end of an answer's body is told (RFC 9112, section 6.3), from its status and its size.

use std::fmt;

use actix_http::body::BodySize;
use actix_http::{ResponseHead, StatusCode, header};

use crate::transport::message::{Message, Switch};

/// How the end of a body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is no body, and nothing is said about its length: 204, 304, 101.
    None,
    /// There is no body, and the header for its length is that of the response, if it has one: 304, and HEAD
    /// with a body of unknown size.
    Unsaid,
    /// `Content-Length`. For HEAD the body is left out.
    Length(u64),
    /// `Transfer-Encoding: chunked`.
    Chunked,
    /// The end of the connection: HTTP/1.0, or a response that asks for no chunks.
    Close,
    /// There is no end: another protocol is spoken, and the body is what is sent in it.
    Raw,
}

/// Why a response cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unanswerable {
    /// A final status of the 1xx class (RFC 9110, section 15.2).
    Interim,
    /// 101 for a request that did not ask for another protocol (RFC 9110, section 15.2.2).
    NotAsked,
    /// 101 with a stream for a protocol whose bytes the payload does not have: only WebSockets are read
    /// from the payload.
    NotReadable,
    /// 101 without a stream, and nothing has taken the `Upgrade` out of the request.
    NotTaken,
}

impl fmt::Display for Unanswerable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interim => "a status of the 1xx class is no answer to a request",
            Self::NotAsked => "101 answers a request that asked for no other protocol",
            Self::NotReadable => "101 with a stream as its body is for WebSockets; other protocols take the `Upgrade`",
            Self::NotTaken => "101 without a stream as its body, and the `Upgrade` of the request was not taken",
        })
    }
}

/// The framing of a response to `message`, whose body has this size.
#[inline]
pub fn frame(message: &Message, head: &ResponseHead, size: BodySize) -> Result<Framing, Unanswerable> {
    let status = head.status;
    match status {
        StatusCode::OK => {}
        StatusCode::NO_CONTENT => return Ok(Framing::None),
        // It may say how long the content is that it does not have (RFC 9110, section 8.6).
        StatusCode::NOT_MODIFIED if size == BodySize::None => return Ok(Framing::Unsaid),
        StatusCode::NOT_MODIFIED => return Ok(Framing::None),
        // RFC 9110, section 15.3.6: no content, and so said.
        StatusCode::RESET_CONTENT => return Ok(Framing::Length(0)),
        StatusCode::SWITCHING_PROTOCOLS => return switch(message, size),
        _ if status.is_informational() => return Err(Unanswerable::Interim),
        _ => {}
    }
    Ok(match size {
        BodySize::Sized(length) => Framing::Length(length),
        // Without a length a client would wait for the end of the connection.
        BodySize::None if !message.is_head => Framing::Length(0),
        BodySize::None => Framing::Unsaid,
        BodySize::Stream => stream(message, head),
    })
}

#[cold]
fn switch(message: &Message, size: BodySize) -> Result<Framing, Unanswerable> {
    match (message.upgrade, size) {
        (Switch::No, _) => Err(Unanswerable::NotAsked),
        (Switch::WebSocket, BodySize::Stream) => Ok(Framing::Raw),
        (Switch::Other, BodySize::Stream) => Err(Unanswerable::NotReadable),
        (Switch::WebSocket | Switch::Other, BodySize::None | BodySize::Sized(_)) => Ok(Framing::None),
    }
}

fn stream(message: &Message, head: &ResponseHead) -> Framing {
    let said = head.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    match said {
        Some(_) if message.is_head => Framing::Unsaid,
        // `HttpResponseBuilder::no_chunking` sets both.
        Some(length) if !head.chunked() => Framing::Length(length),
        _ if message.is_1_0 || !head.chunked() => Framing::Close,
        _ => Framing::Chunked,
    }
}
