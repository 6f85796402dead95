//! What holds for the reader of messages, whatever comes in: the check of the target `connection`.
//!
//! # Input
//! The bytes that a client sends. [`CUT`] is not sent: there the bytes are cut into pieces.
//!
//! # Invariants
//! - The same bytes give the same events, however they are cut; and byte by byte; and if a body that came
//!   with its head is taken at once.
//! - Each event takes its own bytes of the input, in order. `obvious` reads the same bytes once more, line by
//!   line, and finds the same.
//! - Nothing follows a refusal, a broken body or the last message of a connection. After any other message
//!   the next request is found.
//! - There are no more steps than bytes and pieces.

#[path = "obvious.rs"]
mod obvious;

use bytes::BytesMut;
use start_runtime::__rt::transport::{Core, Event, Framing, Message, Position};

/// The byte at which an input is cut. No rule of HTTP tells it from 0xff.
pub const CUT: u8 = 0xfe;

/// Of the request line and the headers together, in bytes: short inputs exceed it, too.
const HEADER_LIMIT: usize = 1000;

const HELLO: &[u8] = b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";

/// What was found, with offsets into all bytes that were sent.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// A head, which ends before `end`.
    Request { head: Head, message: Message, end: usize },
    /// All pieces of a body.
    Body(Vec<u8>),
    /// The end of a body.
    End { end: usize },
    /// The status and the detail, and whether it is a body that is at fault.
    Refused { status: u16, detail: String, in_body: bool },
}

/// What a request says. Headers of one name are in order.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    method: String,
    target: String,
    is_1_0: bool,
    headers: Vec<(String, Vec<u8>)>,
}

/// What an input is read as.
#[derive(Debug, PartialEq, Eq)]
struct Reading {
    found: Vec<Found>,
    /// Bytes that were not taken. `None` if nothing is read any more.
    rest: Option<Vec<u8>>,
    /// What it means that the client ends here.
    at_end: Option<String>,
}

/// Panics if an input breaks an invariant.
pub fn check(input: &[u8]) {
    let pieces: Vec<&[u8]> = input.split(|byte| *byte == CUT).collect();
    let bytes = pieces.concat();
    let whole = read(&[&bytes], false);
    assert_eq!(read(&pieces, false), whole, "cut into {} pieces", pieces.len());
    assert_eq!(read(&pieces, true), whole, "cut, bodies taken at once");
    assert_eq!(read(&bytes.chunks(1).collect::<Vec<_>>(), true), whole, "byte by byte");
    obvious::compare(&bytes, &whole);
}

/// Reads pieces one after the other. `at_once`: bodies that are there are taken as the connection takes them.
fn read(pieces: &[&[u8]], at_once: bool) -> Reading {
    let mut reader = Reader::new(at_once);
    for piece in pieces {
        reader.buffer.extend_from_slice(piece);
        reader.received += piece.len();
        reader.pieces += 1;
        reader.last_piece = piece.len();
        while reader.step() {}
    }
    reader.finish()
}

/// What the next byte should belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Head,
    Length(u64),
    Chunked,
    Over,
}

struct Reader {
    core: Core,
    buffer: BytesMut,
    state: State,
    persists: bool,
    at_once: bool,
    received: usize,
    pieces: usize,
    last_piece: usize,
    steps: usize,
    found: Vec<Found>,
}

impl Reader {
    fn new(at_once: bool) -> Self {
        Self {
            core: Core::new(HEADER_LIMIT, None),
            buffer: BytesMut::new(),
            state: State::Head,
            persists: true,
            at_once,
            received: 0,
            pieces: 0,
            last_piece: 0,
            steps: 0,
            found: Vec::new(),
        }
    }

    /// Takes an event. Returns whether there was one.
    fn step(&mut self) -> bool {
        self.steps += 1;
        // Each event takes a byte or ends a message, and each piece ends with a step that finds nothing.
        assert!(self.steps <= 2 * self.received + self.pieces + 1, "{} steps", self.steps);
        let event = self.core.next(&mut self.buffer);
        let end = self.received - self.buffer.len();
        match event {
            Some(Event::Request(request, message)) => {
                assert!(self.state == State::Head, "a request within another");
                self.found.push(Found::Request { head: Head::of(&request), message, end });
                self.begin(&message);
            }
            Some(Event::Data(data)) => {
                assert!(!data.is_empty());
                self.state = match self.state {
                    State::Length(left) => State::Length(left.checked_sub(data.len() as u64).expect("too much")),
                    State::Chunked => State::Chunked,
                    State::Head | State::Over => panic!("data outside of a body"),
                };
                self.data(&data);
            }
            Some(Event::End) => {
                assert!(matches!(self.state, State::Length(0) | State::Chunked), "the end of no body");
                self.end();
            }
            Some(Event::Refused(refusal)) => {
                assert!(self.state == State::Head, "a head is refused within a body");
                self.refused(refusal.status.as_u16(), refusal.detail.into_owned(), false);
            }
            Some(Event::Broken(refusal)) => {
                assert!(self.state == State::Chunked, "a body is broken that is none");
                self.refused(refusal.status.as_u16(), refusal.detail.into_owned(), true);
            }
            None => {
                self.assert_is_waiting();
                return false;
            }
        }
        self.assert_position();
        true
    }

    fn begin(&mut self, message: &Message) {
        self.persists = message.persists;
        match message.framing {
            Framing::None => self.end_message(),
            Framing::Length(length) => {
                assert!(length > 0);
                self.state = State::Length(length);
                let body = self.at_once.then(|| self.core.take_body(&mut self.buffer)).flatten();
                if let Some(body) = body {
                    assert_eq!(body.len() as u64, length);
                    self.data(&body);
                    self.end();
                }
            }
            Framing::Chunked => {
                self.state = State::Chunked;
                assert!(self.core.take_body(&mut self.buffer).is_none(), "a chunked body has no length");
            }
        }
    }

    fn data(&mut self, data: &[u8]) {
        match self.found.last_mut() {
            Some(Found::Body(body)) => body.extend_from_slice(data),
            _ => self.found.push(Found::Body(data.to_vec())),
        }
    }

    fn end(&mut self) {
        self.found.push(Found::End { end: self.received - self.buffer.len() });
        self.end_message();
    }

    fn end_message(&mut self) {
        self.state = if self.persists { State::Head } else { State::Over };
    }

    fn refused(&mut self, status: u16, detail: String, in_body: bool) {
        assert!((400..600).contains(&status) && !detail.is_empty(), "{status} {detail:?}");
        self.found.push(Found::Refused { status, detail, in_body });
        self.state = State::Over;
    }

    /// Nothing was found: nothing is there.
    fn assert_is_waiting(&self) {
        match self.state {
            State::Head => {
                assert!(self.buffer.len() <= HEADER_LIMIT, "a head above the limit is waited for");
                // Before the piece that came last there was none.
                let new = self.buffer.len().saturating_sub(self.last_piece + 3);
                assert!(!contains(&self.buffer[new..], b"\r\n\r\n"), "a complete head is waited for");
            }
            State::Length(_) | State::Chunked => assert!(self.buffer.is_empty(), "bytes of a body are left"),
            State::Over => {}
        }
        self.assert_position();
    }

    fn assert_position(&self) {
        let (position, remaining) = match self.state {
            State::Head if matches!(&self.buffer[..], [] | [b'\r']) => (Position::Between, Some(0)),
            State::Head => (Position::Head, Some(0)),
            State::Length(left) => (Position::Body, Some(left)),
            State::Chunked => (Position::Body, None),
            State::Over => (Position::Over, Some(0)),
        };
        assert_eq!((self.core.position(&self.buffer), self.core.remaining()), (position, remaining));
    }

    /// The client ends, or sends another request.
    fn finish(mut self) -> Reading {
        let rest = (self.state != State::Over).then(|| self.buffer.to_vec());
        let found = std::mem::take(&mut self.found);
        if rest.as_ref().is_none_or(Vec::is_empty) {
            self.buffer.clear();
            self.buffer.extend_from_slice(HELLO);
            let next = self.core.next(&mut self.buffer);
            match self.state {
                State::Over => assert!(next.is_none(), "read behind the end: {next:?}"),
                State::Head => assert!(matches!(next, Some(Event::Request(..))), "nothing is read any more"),
                State::Length(_) | State::Chunked => assert!(next.is_some(), "the body is not read on"),
            }
            return Reading { found, rest, at_end: None };
        }
        let refusal = self.core.end_of_input(&self.buffer);
        assert_eq!(refusal.is_some(), self.buffer[..] != b"\r"[..], "{:?}", self.buffer);
        assert!(self.core.next(&mut self.buffer).is_none() && self.core.position(&self.buffer) == Position::Over);
        Reading { found, rest, at_end: refusal.map(|refusal| refusal.detail.into_owned()) }
    }
}

impl Head {
    fn of(request: &actix_http::Request) -> Self {
        let head = request.head();
        let headers = head.headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
        let mut headers: Vec<_> = headers.collect();
        headers.sort_by(|one, other| one.0.cmp(&other.0));
        Self {
            method: head.method.to_string(),
            target: head.uri.to_string(),
            is_1_0: head.version == actix_http::Version::HTTP_10,
            headers,
        }
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
