//! What a client sends, checked before actix reads it.
//!
//! actix takes some messages that can be read in two ways, and mixes up what it remembers of requests
//! that come in a row. The gate knows where each message begins and ends: it lets pass what is well
//! formed, holds a request back until those before it are answered where they would be mixed up, and
//! refuses the rest. It changes no byte.
//!
//! Decisions only: who reads and waits is in `stream.rs`.

mod chunks;
mod head;
mod refusal;
mod target;
#[cfg(test)]
mod tests;

use actix_web::http::StatusCode;

use chunks::ChunkReader;
use head::{Framing, HeadReader, Profile};
pub use refusal::Refusal;

/// Follows the messages of one connection.
pub struct Gate {
    state: State,
    /// The head that is being read.
    head: HeadReader,
    /// How large that head is by now.
    head_size: usize,
    /// A line that did not end with the piece in which it began.
    line: Vec<u8>,
    /// Of the request that was let pass last.
    profile: Profile,
    header_limit: usize,
    keep_alive: bool,
}

enum State {
    /// Between two messages: empty lines may stand here.
    Between,
    Head,
    /// The head is complete, and held back.
    Held(Framing),
    Length(u64),
    Chunked(Box<ChunkReader>),
    /// Another protocol.
    Tunnel,
    /// Nothing that comes is read.
    Ended,
}

/// What is to be done with a piece of what came in.
#[derive(Debug)]
pub struct Verdict {
    /// So much of it goes on to actix.
    pub pass: usize,
    /// So many requests begin with that.
    pub requests: u64,
    pub rest: Rest,
}

/// What is to be done with the rest of a piece.
#[derive(Debug, PartialEq, Eq)]
pub enum Rest {
    /// There is none.
    Nothing,
    /// So much of it is a checked head, to be passed once all requests are answered; what is behind
    /// that has not been looked at.
    Hold(usize),
    /// Nobody will read it: the connection ends with the request before.
    Discard,
    /// It is no request, and this is the answer to it.
    Refuse(Refusal),
    /// It is not the body that was announced: the request that reads it is told.
    Break(Refusal),
}

/// Where a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    Between,
    InHead,
    InBody,
    /// What is sent is not HTTP, or is not read.
    Outside,
}

impl Gate {
    /// `header_limit` is for the request line and the headers together, in bytes.
    pub fn new(header_limit: usize, keep_alive: bool) -> Self {
        Self {
            state: State::Between,
            head: HeadReader::default(),
            head_size: 0,
            line: Vec::new(),
            profile: Profile::default(),
            header_limit,
            keep_alive,
        }
    }

    pub fn position(&self) -> Position {
        match self.state {
            State::Between if self.head_size == 0 => Position::Between,
            State::Between | State::Head | State::Held(_) => Position::InHead,
            State::Length(_) | State::Chunked(_) => Position::InBody,
            State::Tunnel | State::Ended => Position::Outside,
        }
    }

    /// Looks at the next piece. `is_busy` says whether a request that was let pass is unanswered.
    pub fn look(&mut self, piece: &[u8], is_busy: bool) -> Verdict {
        let mut at = 0;
        let mut requests = 0;
        while at < piece.len() {
            match &mut self.state {
                State::Between => match piece[at] {
                    b'\r' | b'\n' => {
                        at += 1;
                        self.head_size += 1;
                        if self.head_size > self.header_limit {
                            return self.refuse(at, requests, Refusal::bad("there are too many empty lines"));
                        }
                    }
                    _ => self.state = State::Head,
                },
                State::Head => {
                    let start = at;
                    match self.read_head(&piece[at..]) {
                        Ok((length, None)) => at += length,
                        Ok((length, Some(head))) => {
                            at += length;
                            if (is_busy || requests > 0) && !self.may_overtake(head.profile, head.framing) {
                                self.state = State::Held(head.framing);
                                self.profile = head.profile;
                                return Verdict { pass: start, requests, rest: Rest::Hold(length) };
                            }
                            requests += 1;
                            self.profile = head.profile;
                            self.begin_body(head.framing);
                        }
                        Err(refusal) => return self.refuse(start, requests, refusal),
                    }
                }
                State::Length(remaining) => {
                    let length = (*remaining).min((piece.len() - at) as u64);
                    *remaining -= length;
                    // `length` is not more than what is there.
                    at += length as usize;
                    if *remaining == 0 {
                        self.end_message();
                    }
                }
                State::Chunked(chunks) => match chunks.read(&piece[at..]) {
                    Ok(read) => {
                        at += read.length;
                        if read.is_complete {
                            self.end_message();
                        }
                    }
                    Err((length, refusal)) => {
                        self.state = State::Ended;
                        return Verdict { pass: at + length, requests, rest: Rest::Break(refusal) };
                    }
                },
                State::Tunnel => at = piece.len(),
                State::Held(_) | State::Ended => return Verdict { pass: at, requests, rest: Rest::Discard },
            }
        }
        Verdict { pass: at, requests, rest: Rest::Nothing }
    }

    /// Whether nothing that comes is read any more.
    pub fn is_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// The head that was held back is passed now.
    pub fn release(&mut self) {
        if let State::Held(framing) = self.state {
            self.begin_body(framing);
        }
    }

    /// What to answer when the client ends here.
    pub fn end_of_input(&mut self) -> Option<Refusal> {
        let was_in_head = self.position() == Position::InHead && !matches!(self.state, State::Between);
        self.state = State::Ended;
        was_in_head.then(|| Refusal::bad("the connection was closed within the head of a request"))
    }

    /// What to answer when the head does not come to its end in time.
    pub fn too_slow(&mut self) -> Refusal {
        self.state = State::Ended;
        Refusal::new(StatusCode::REQUEST_TIMEOUT, "the head of the request did not arrive in time")
    }

    /// Reads on in a head; gives how much belongs to it, and what it says once it is complete.
    fn read_head(&mut self, piece: &[u8]) -> Result<(usize, Option<head::Head>), Refusal> {
        let mut at = 0;
        loop {
            let end = memchr::memchr(b'\n', &piece[at..]);
            let length = end.map_or(piece.len() - at, |end| end + 1);
            self.head_size += length;
            if self.head_size > self.header_limit {
                return Err(Refusal::too_large(self.header_limit, self.head.is_before_headers()));
            }
            let part = &piece[at..at + length];
            at += length;
            if end.is_none() {
                self.line.extend_from_slice(part);
                return Ok((at, None));
            }
            let part = &part[..length - 1];
            let head = if self.line.is_empty() {
                self.head.line(part)?
            } else {
                self.line.extend_from_slice(part);
                let head = self.head.line(&self.line)?;
                self.line.clear();
                head
            };
            if head.is_some() {
                return Ok((at, head));
            }
        }
    }

    /// Whether a request may be read by actix before the one before it is answered: only one that
    /// looks the same from a distance, and has no body that would be taken for that of the other.
    fn may_overtake(&self, profile: Profile, framing: Framing) -> bool {
        framing == Framing::None && profile == self.profile
    }

    fn begin_body(&mut self, framing: Framing) {
        self.head = HeadReader::default();
        self.head_size = 0;
        match framing {
            Framing::None => self.end_message(),
            Framing::Length(length) => self.state = State::Length(length),
            Framing::Chunked => self.state = State::Chunked(Box::default()),
            Framing::Tunnel => self.state = State::Tunnel,
        }
    }

    fn end_message(&mut self) {
        self.state = if self.profile.ends || !self.keep_alive { State::Ended } else { State::Between };
    }

    fn refuse(&mut self, pass: usize, requests: u64, refusal: Refusal) -> Verdict {
        self.state = State::Ended;
        Verdict { pass, requests, rest: Rest::Refuse(refusal) }
    }
}
