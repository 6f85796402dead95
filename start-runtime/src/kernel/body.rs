//! The body of a request: read once, up to a limit.

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, BytesMut};
use futures_util::StreamExt as _;

use super::Call;
use super::capped::{Capped, declared_length};
use crate::response::{Problem, payload_problem};

/// A body and, once it has been read, what read it.
pub enum Body {
    Unread(Payload),
    /// The name of its reader.
    Read(&'static str),
}

impl Body {
    /// Takes the payload. Returns an error if it has been read before.
    pub fn take(&mut self, reader: &'static str) -> Result<Payload, Problem> {
        match std::mem::replace(self, Self::Read(reader)) {
            Self::Unread(payload) => Ok(payload),
            Self::Read(first) => {
                *self = Self::Read(first);
                Err(Problem::internal(format!(
                    "`{reader}` asks for the request's body, but `{first}` has read it already: a body is read once, keep its value"
                )))
            }
        }
    }
}

impl Body {
    /// Lends the payload to one of actix's extractors, capped at the route's own limit if it has one. Records whether
    /// the extractor took it.
    pub fn lend<T>(&mut self, call: &Call, reader: &'static str, extract: impl FnOnce(&mut Payload) -> T) -> T {
        match self {
            Self::Unread(payload) => {
                let was_there = !matches!(payload, Payload::None);
                if was_there && let Some(limit) = call.exchange().route_limit() {
                    *payload = Capped::new(payload.take(), call.http(), limit as u64).into_payload();
                }
                let extracted = extract(payload);
                if was_there && matches!(payload, Payload::None) {
                    *self = Self::Read(reader);
                }
                extracted
            }
            Self::Read(first) => {
                let text = format!("the body was read by `{first}` already: a body is read once");
                let error = PayloadError::Io(std::io::Error::other(text));
                extract(&mut Payload::Stream { payload: Box::pin(futures_util::stream::once(async { Err(error) })) })
            }
        }
    }
}

/// Reads the whole body. Returns a 413 if it is above the limit.
pub async fn read(call: &Call, reader: &'static str) -> Result<Bytes, Problem> {
    let limit = call.exchange().body_limit();
    if declared_length(call.http()).is_some_and(|length| length > limit as u64) {
        return Err(too_large(limit as u64));
    }
    let mut payload = call.exchange().body.borrow_mut().take(reader)?;
    let Some(first) = payload.next().await else { return Ok(Bytes::new()) };
    let first = within(first.map_err(|error| payload_problem(&error))?, 0, limit)?;
    let Some(second) = payload.next().await else { return Ok(first) };
    let mut body = BytesMut::from(&first[..]);
    let mut next = Some(second);
    while let Some(chunk) = next {
        let chunk = chunk.map_err(|error| payload_problem(&error))?;
        body.extend_from_slice(&within(chunk, body.len(), limit)?);
        next = payload.next().await;
    }
    Ok(body.freeze())
}

fn within(chunk: Bytes, before: usize, limit: usize) -> Result<Bytes, Problem> {
    if before + chunk.len() > limit { Err(too_large(limit as u64)) } else { Ok(chunk) }
}

/// A 413 (RFC 9110, section 15.5.14).
pub fn too_large(limit: u64) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE)
        .with_detail(format!("the body is larger than the {limit} bytes that are read here"))
}
