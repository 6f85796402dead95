//! Cuts a multipart body into parts (RFC 2046, section 5.1.1), as it arrives. It knows nothing of forms.
//!
//! # Rules
//! - A delimiter is `CRLF--boundary`. Spaces and tabs may follow it (transport padding), then CRLF. The CRLF in front
//!   belongs to it, and may be the one that ends the headers of an empty part.
//! - Only delimiters end a part: no header of a part has a say in where it ends.
//! - A line that begins with the boundary and goes on is refused. So are bare line feeds around delimiters: whatever else
//!   reads the same bytes, such as a firewall, must not see other parts than the handler.
//! - What stands before the first delimiter and behind the last one is skipped. The body is read to its end, so that the
//!   connection can go on.
//!
//! # Work
//! Each byte is searched once, and copied at most once. At most [`LARGEST_HEAD`] bytes are held beside the piece of the
//! body that arrived last.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::error::PayloadError;
use actix_web::web::{Bytes, BytesMut};
use bytes::Buf as _;
use futures_core::Stream;
use memchr::memmem::{self, Finder};

/// How many bytes the headers of one part may have.
pub const LARGEST_HEAD: usize = 64 * 1024;

/// Why a body is not multipart.
#[derive(Debug)]
pub enum Broken {
    Payload(PayloadError),
    /// It ended before the last boundary.
    Incomplete,
    /// Something other than a line break follows a boundary.
    Boundary,
    /// The headers of a part are larger than [`LARGEST_HEAD`].
    LargeHead,
}

pub struct Reader<S> {
    body: S,
    /// Whether the body was read to its end.
    ended: bool,
    /// What arrived and was not handed on.
    held: BytesMut,
    /// `CRLF--boundary`.
    delimiter: Finder<'static>,
    state: State,
}

/// What `held` begins with.
#[derive(Clone, Copy)]
enum State {
    /// Content of a part, or what stands before the first one. `skip` bytes of it are a line break that may belong to
    /// the next delimiter, but not to the content.
    Content { skip: usize },
    /// The rest of a line with a boundary.
    Delimiter,
    /// Spaces, and the line break of the last boundary or of another one.
    Padding { last: bool },
    /// A line break and headers, of which the first bytes were searched for their end.
    Head { searched: usize },
    /// What follows the last boundary.
    Epilogue,
}

impl<S: Stream<Item = Result<Bytes, PayloadError>> + Unpin> Reader<S> {
    pub fn new(body: S, boundary: &str) -> Self {
        let delimiter = Finder::new(&format!("\r\n--{boundary}")).into_owned();
        // The first delimiter may be at the very beginning.
        let held = BytesMut::from(&b"\r\n"[..]);
        Self { body, ended: false, held, delimiter, state: State::Content { skip: 2 } }
    }

    pub fn body(&self) -> &S {
        &self.body
    }

    /// Returns the headers of the next part, each with its line break; `None` at the end. Whatever is left of the
    /// current part is discarded.
    pub fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Broken>> {
        while ready!(self.poll_content(cx))?.is_some() {}
        loop {
            let step = match self.state {
                State::Delimiter => self.delimiter_kind(),
                State::Padding { last } => self.padding(last)?,
                State::Head { searched } => {
                    if let Some(head) = self.head(searched)? {
                        return Poll::Ready(Ok(Some(head)));
                    }
                    None
                }
                State::Epilogue if self.ended => return Poll::Ready(Ok(None)),
                State::Epilogue | State::Content { .. } => {
                    self.held.clear();
                    None
                }
            };
            match step {
                Some(next) => self.state = next,
                None => ready!(self.poll_more(cx))?,
            }
        }
    }

    /// Returns the next piece of the current part; `None` at its end.
    pub fn poll_content(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Broken>> {
        while let State::Content { skip } = self.state {
            let found = self.delimiter.find(&self.held);
            let mut piece = self.held.split_to(found.unwrap_or_else(|| self.without_half_a_delimiter()));
            if found.is_some() {
                self.held.advance(self.delimiter.needle().len());
                self.state = State::Delimiter;
            } else if !piece.is_empty() {
                self.state = State::Content { skip: 0 };
            }
            // A piece is empty, or has the whole line break that is not content.
            piece.advance(skip.min(piece.len()));
            if !piece.is_empty() {
                return Poll::Ready(Ok(Some(piece.freeze())));
            }
            if found.is_none() {
                ready!(self.poll_more(cx))?;
            }
        }
        Poll::Ready(Ok(None))
    }

    /// How many of the held bytes are content whatever comes next. A delimiter has one carriage return, its first byte.
    fn without_half_a_delimiter(&self) -> usize {
        let delimiter = self.delimiter.needle();
        let first = (self.held.len() + 1).saturating_sub(delimiter.len());
        match memchr::memrchr(b'\r', &self.held[first..]) {
            Some(at) if delimiter.starts_with(&self.held[first + at..]) => first + at,
            _ => self.held.len(),
        }
    }

    /// `None` if more bytes are needed, as for the other steps.
    fn delimiter_kind(&mut self) -> Option<State> {
        match &self.held[..] {
            [b'-', b'-', ..] => {
                self.held.advance(2);
                Some(State::Padding { last: true })
            }
            [] | [b'-'] => None,
            _ => Some(State::Padding { last: false }),
        }
    }

    fn padding(&mut self, last: bool) -> Result<Option<State>, Broken> {
        let padding = self.held.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(self.held.len());
        self.held.advance(padding);
        match &self.held[..] {
            [] if last && self.ended => Ok(Some(State::Epilogue)),
            [b'\r', b'\n', ..] if last => Ok(Some(State::Epilogue)),
            [b'\r', b'\n', ..] => Ok(Some(State::Head { searched: 0 })),
            [] | [b'\r'] => Ok(None),
            _ => Err(Broken::Boundary),
        }
    }

    fn head(&mut self, searched: usize) -> Result<Option<Bytes>, Broken> {
        const END: &[u8] = b"\r\n\r\n";
        let end = memmem::find(&self.held[searched..], END).map(|at| searched + at);
        if end.unwrap_or(self.held.len()) > LARGEST_HEAD {
            return Err(Broken::LargeHead);
        }
        let Some(end) = end else {
            self.state = State::Head { searched: (self.held.len() + 1).saturating_sub(END.len()) };
            return Ok(None);
        };
        let mut head = self.held.split_to(end + 2);
        head.advance(2);
        // The line break that ends the headers is left: it may belong to a delimiter.
        self.state = State::Content { skip: 2 };
        Ok(Some(head.freeze()))
    }

    fn poll_more(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        if self.ended {
            return Poll::Ready(Err(Broken::Incomplete));
        }
        match ready!(Pin::new(&mut self.body).poll_next(cx)) {
            // A piece that belongs to nobody else becomes the buffer without a copy.
            Some(Ok(piece)) if self.held.is_empty() => {
                self.held = piece.try_into_mut().unwrap_or_else(|piece| BytesMut::from(&piece[..]));
            }
            Some(Ok(piece)) => self.held.extend_from_slice(&piece),
            Some(Err(error)) => return Poll::Ready(Err(Broken::Payload(error))),
            None => self.ended = true,
        }
        Poll::Ready(Ok(()))
    }
}
