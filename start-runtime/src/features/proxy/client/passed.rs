//! The body of an answer: it comes as it is read, and is over when its connection may be used again.

use std::error::Error as StdError;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use http_body::Body as _;
use http1::{StatusCode, response};
use hyper::body::Incoming;

use super::link::Lease;

/// A body that is passed on. Dropped before its end, it closes its connection.
pub struct Passed {
    incoming: Incoming,
    left: Left,
    lease: Option<Lease>,
    /// How long the upstream keeps the connection open.
    patience: Option<Duration>,
}

/// What is still to come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    /// There is no body, whatever its length would be.
    Nothing,
    Bytes(u64),
    Unknown,
}

impl Passed {
    pub fn new(incoming: Incoming, lease: Lease, is_head: bool, head: &response::Parts) -> Self {
        let has_none = is_head || matches!(head.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        let left = match incoming.size_hint().exact() {
            _ if has_none => Left::Nothing,
            Some(length) => Left::Bytes(length),
            None => Left::Unknown,
        };
        Self { incoming, left, lease: Some(lease), patience: patience(head) }
    }

    /// The next piece; `None` at the end.
    pub fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            if matches!(self.left, Left::Nothing | Left::Bytes(0)) {
                self.end();
                return Poll::Ready(None);
            }
            match ready!(Pin::new(&mut self.incoming).poll_frame(cx)) {
                // Trailers are not passed on.
                Some(Ok(frame)) => {
                    let Ok(piece) = frame.into_data() else { continue };
                    if let Left::Bytes(left) = &mut self.left {
                        *left = left.saturating_sub(piece.len() as u64);
                    }
                    return Poll::Ready(Some(Ok(piece)));
                }
                Some(Err(error)) => {
                    self.lease = None;
                    let source = error.source().map(|source| format!(": {source}")).unwrap_or_default();
                    return Poll::Ready(Some(Err(io::Error::other(format!(
                        "the upstream broke off: {error}{source}"
                    )))));
                }
                None => {
                    let is_short = matches!(self.left, Left::Bytes(1..));
                    self.left = Left::Nothing;
                    if is_short {
                        self.lease = None;
                        return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
                    }
                }
            }
        }
    }

    /// The body is complete. An upstream that has answered before it had the whole request still reads it.
    fn end(&mut self) {
        if let Some(lease) = self.lease.take_if(|lease| lease.has_whole_request()) {
            lease.release(self.patience);
        }
        self.lease = None;
    }
}

/// Nobody asks for the end of a body whose last byte was passed on.
impl Drop for Passed {
    fn drop(&mut self) {
        if matches!(self.left, Left::Nothing | Left::Bytes(0)) {
            self.end();
        }
    }
}

impl MessageBody for Passed {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        match self.left {
            Left::Nothing => BodySize::None,
            Left::Bytes(length) => BodySize::Sized(length),
            Left::Unknown => BodySize::Stream,
        }
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        self.get_mut().poll_piece(cx)
    }
}

/// `Keep-Alive: timeout=5`, which Node sends.
fn patience(head: &response::Parts) -> Option<Duration> {
    let values = head.headers.get_all("keep-alive").iter().filter_map(|value| value.to_str().ok());
    let mut params = values.flat_map(|value| value.split(','));
    let seconds = params.find_map(|param| param.trim().strip_prefix("timeout=")?.parse().ok())?;
    Some(Duration::from_secs(seconds))
}
