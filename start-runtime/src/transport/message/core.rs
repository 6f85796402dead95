//! One connection's messages, without I/O: bytes in, events out.
//!
//! # Assumptions
//! The caller appends what it reads to a buffer and asks for events until there is none. It takes all
//! data of a body before it asks for the next request, or ends the connection.

use std::net::SocketAddr;

use actix_http::Request;
use bytes::{Buf as _, Bytes, BytesMut};

use super::chunks::{ChunkReader, Piece};
use super::head::{self, Read};
use super::refusal::Refusal;
use super::rules::{Framing, Message};

/// What was found in the bytes of a connection.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // Moved once, into the service.
pub enum Event {
    /// A head. [`Event::Data`] and [`Event::End`] follow unless its framing is [`Framing::None`].
    Request(Request, Message),
    /// A piece of a body, never empty.
    Data(Bytes),
    /// The end of a body.
    End,
    /// What came is no request. Nothing follows.
    Refused(Refusal),
    /// The body cannot be read on. Nothing follows.
    Broken(Refusal),
}

/// What the next byte belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// To a new head.
    Between,
    /// To a head that has begun.
    Head,
    /// To a body.
    Body,
    /// To nothing: it is not read.
    Over,
}

/// Follows the messages of one connection.
#[derive(Debug)]
pub struct Core {
    state: State,
    /// Whether another request may follow the current one.
    persists: bool,
    /// In bytes, for the request line and the headers together; and for empty lines before them.
    header_limit: usize,
    /// The bytes of empty lines before the current head.
    skipped: usize,
    /// Bytes at the beginning of the buffer that are known to be no complete head.
    searched: usize,
    client: Option<SocketAddr>,
}

#[derive(Debug)]
enum State {
    Head,
    Length(u64),
    Chunked(Box<ChunkReader>),
    Over,
}

impl Core {
    /// `header_limit` is for the request line and the headers together, in bytes. `client` is passed on
    /// with each request.
    pub fn new(header_limit: usize, client: Option<SocketAddr>) -> Self {
        Self { state: State::Head, persists: true, header_limit, skipped: 0, searched: 0, client }
    }

    /// The next event. `None` if it needs more bytes, or if nothing that comes is read.
    #[inline]
    pub fn next(&mut self, buffer: &mut BytesMut) -> Option<Event> {
        match &mut self.state {
            State::Head => self.head(buffer),
            State::Length(_) | State::Chunked(_) => self.body(buffer),
            State::Over => None,
        }
    }

    #[inline]
    fn head(&mut self, buffer: &mut BytesMut) -> Option<Event> {
        if matches!(buffer.first()?, b'\r' | b'\n')
            && let Some(refusal) = self.skip_empty_lines(buffer)
        {
            return Some(self.refuse(refusal));
        }
        let new = buffer.get(self.searched..)?;
        // A head is looked at when a line of it is complete: a client that sends it byte by byte costs
        // no more than the number of its lines.
        let is_waiting = new.is_empty() || (self.searched > 0 && memchr::memchr(b'\n', new).is_none());
        if is_waiting && buffer.len() <= self.header_limit {
            return None;
        }
        match head::read(buffer, self.header_limit, self.client) {
            Read::Head(request, message) => {
                self.begin(&message);
                Some(Event::Request(request, message))
            }
            Read::More => {
                self.searched = buffer.len();
                None
            }
            Read::Refused(refusal) => Some(self.refuse(refusal)),
        }
    }

    fn begin(&mut self, message: &Message) {
        self.searched = 0;
        self.skipped = 0;
        self.persists = message.persists;
        match message.framing {
            Framing::None => self.end_message(),
            Framing::Length(length) => self.state = State::Length(length),
            Framing::Chunked => self.state = State::Chunked(Box::default()),
        }
    }

    /// Empty lines before a request are not part of it (RFC 9112, section 2.2).
    #[cold]
    fn skip_empty_lines(&mut self, buffer: &mut BytesMut) -> Option<Refusal> {
        loop {
            let length = match &buffer[..] {
                [b'\r', b'\n', ..] => 2,
                [b'\n', ..] => 1,
                _ => return None,
            };
            buffer.advance(length);
            self.searched = 0;
            self.skipped += length;
            if self.skipped > self.header_limit {
                return Some(Refusal::bad("there are too many empty lines"));
            }
        }
    }

    fn body(&mut self, buffer: &mut BytesMut) -> Option<Event> {
        match &mut self.state {
            State::Length(remaining) => {
                if *remaining == 0 {
                    self.end_message();
                    return Some(Event::End);
                }
                if buffer.is_empty() {
                    return None;
                }
                let length = usize::try_from(*remaining).map_or(buffer.len(), |length| length.min(buffer.len()));
                *remaining -= length as u64;
                Some(Event::Data(buffer.split_to(length).freeze()))
            }
            State::Chunked(chunks) => match chunks.read(buffer) {
                Ok(Piece::Data(data)) => Some(Event::Data(data)),
                Ok(Piece::More) => None,
                Ok(Piece::End) => {
                    self.end_message();
                    Some(Event::End)
                }
                Err(refusal) => {
                    self.state = State::Over;
                    Some(Event::Broken(refusal))
                }
            },
            State::Head | State::Over => None,
        }
    }

    /// The whole body, if it has a length and is in the buffer. [`Event::End`] does not follow then.
    #[inline]
    pub fn take_body(&mut self, buffer: &mut BytesMut) -> Option<Bytes> {
        let State::Length(length) = self.state else { return None };
        let length = usize::try_from(length).ok().filter(|length| *length <= buffer.len())?;
        self.end_message();
        Some(buffer.split_to(length).freeze())
    }

    /// Bytes of the body that are still to come, if they are known.
    pub fn remaining(&self) -> Option<u64> {
        match self.state {
            State::Length(remaining) => Some(remaining),
            State::Chunked(_) => None,
            State::Head | State::Over => Some(0),
        }
    }

    /// What the next byte belongs to. `buffer` is what came and has not been taken.
    pub fn position(&self, buffer: &[u8]) -> Position {
        match self.state {
            // A CR alone may be half of an empty line.
            State::Head if matches!(buffer, [] | [b'\r']) => Position::Between,
            State::Head => Position::Head,
            State::Length(_) | State::Chunked(_) => Position::Body,
            State::Over => Position::Over,
        }
    }

    /// What it means that the client ends here: a refusal within a head, nothing between two messages. A
    /// body that is incomplete is not told here.
    pub fn end_of_input(&mut self, buffer: &[u8]) -> Option<Refusal> {
        let position = self.position(buffer);
        self.state = State::Over;
        (position == Position::Head).then(|| Refusal::bad("the connection was closed within the head of a request"))
    }

    /// From now on nothing that comes is read.
    pub fn stop(&mut self) {
        self.state = State::Over;
    }

    fn end_message(&mut self) {
        self.state = if self.persists { State::Head } else { State::Over };
    }

    fn refuse(&mut self, refusal: Refusal) -> Event {
        self.state = State::Over;
        Event::Refused(refusal)
    }
}
