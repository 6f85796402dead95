//! The frames of a client, as they come: any bytes, in any pieces.
//!
//! # Invariants
//! - The same bytes give the same events, however they are cut.
//! - What breaks a rule is found at the first byte that breaks it: a length at the head that says it, a text at the byte
//!   that is not UTF-8. Nothing is held of what is refused.
//! - Nothing behind a close frame or a fault is read.

use bytes::Bytes;

use super::Kind;
use crate::features::ws::close::{Close, CloseCode, CloseReason};
use crate::features::ws::message::Message;

/// The most bytes of a control frame (RFC 6455, section 5.5).
const MOST_CONTROL: usize = 125;

/// What a client has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Message(Message),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(Close),
    /// It broke a rule: nothing behind it is read.
    Fault(Fault),
}

/// A rule that a client broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Reserved,
    Opcode(u8),
    Unmasked,
    SplitControl,
    LongControl,
    Length,
    NothingToContinue,
    Interrupted,
    TooLarge(usize),
    NotUtf8,
    CloseCode(u16),
    ShortClose,
    ReasonNotUtf8,
}

/// Reads the frames of one client.
#[derive(Debug)]
pub struct Reader {
    /// For a message, in bytes.
    limit: usize,
    head: Head,
    /// Of the frame that is being read.
    mask: [u8; 4],
    kind: Kind,
    is_final: bool,
    left: u64,
    /// How much of the payload was read: the place in the mask.
    read: usize,
    is_in_payload: bool,
    control: Vec<u8>,
    message: Vec<u8>,
    /// Text or binary, while a message is being read.
    message_kind: Option<Kind>,
    /// So much of a text is known to be UTF-8.
    valid: usize,
    is_over: bool,
}

/// A head of a frame, as far as it came.
#[derive(Debug, Default)]
struct Head {
    bytes: [u8; 14],
    length: usize,
}

impl Reader {
    /// `limit` is the most bytes of a message.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            head: Head::default(),
            mask: [0; 4],
            kind: Kind::Continuation,
            is_final: false,
            left: 0,
            read: 0,
            is_in_payload: false,
            control: Vec::new(),
            message: Vec::new(),
            message_kind: None,
            valid: 0,
            is_over: false,
        }
    }

    /// The next event, from the beginning of `input`, which moves on behind it. `None` if more has to come, or if nothing
    /// is read any more.
    pub fn next(&mut self, input: &mut &[u8]) -> Option<Event> {
        if self.is_over {
            *input = &[];
            return None;
        }
        let event = match self.step(input) {
            Ok(event) => event?,
            Err(fault) => Event::Fault(fault),
        };
        if matches!(event, Event::Close(_) | Event::Fault(_)) {
            self.is_over = true;
            self.message = Vec::new();
        }
        Some(event)
    }

    fn step(&mut self, input: &mut &[u8]) -> Result<Option<Event>, Fault> {
        loop {
            if !self.is_in_payload && !self.read_head(input)? {
                return Ok(None);
            }
            self.read_payload(input)?;
            if self.left > 0 {
                return Ok(None);
            }
            self.is_in_payload = false;
            if let Some(event) = self.end_of_frame()? {
                return Ok(Some(event));
            }
        }
    }

    /// Reads on in a head; returns whether it is complete.
    fn read_head(&mut self, input: &mut &[u8]) -> Result<bool, Fault> {
        while let Some((&byte, rest)) = input.split_first() {
            *input = rest;
            let Head { bytes, length } = &mut self.head;
            bytes[*length] = byte;
            *length += 1;
            match self.head.length {
                1 => self.first_byte(byte)?,
                2 => self.second_byte(byte)?,
                _ => {}
            }
            let (at, extended) = match self.head.bytes[1] & 0x7f {
                126 => (4, 2),
                127 => (10, 8),
                _ => (2, 0),
            };
            if self.head.length == at && at >= 2 {
                self.length(extended)?;
            }
            if self.head.length == at + 4 {
                self.mask.copy_from_slice(&self.head.bytes[at..at + 4]);
                self.head.length = 0;
                self.read = 0;
                self.is_in_payload = true;
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn first_byte(&mut self, byte: u8) -> Result<(), Fault> {
        // No extension is in use.
        if byte & 0x70 != 0 {
            return Err(Fault::Reserved);
        }
        self.kind = Kind::of(byte & 0x0f).ok_or(Fault::Opcode(byte & 0x0f))?;
        self.is_final = byte & 0x80 != 0;
        // What the length is told by is not known yet.
        self.head.bytes[1] = 0;
        match (self.kind, self.message_kind) {
            (kind, _) if kind.is_control() && !self.is_final => Err(Fault::SplitControl),
            (Kind::Continuation, None) => Err(Fault::NothingToContinue),
            (Kind::Text | Kind::Binary, Some(_)) => Err(Fault::Interrupted),
            _ => Ok(()),
        }
    }

    fn second_byte(&mut self, byte: u8) -> Result<(), Fault> {
        if byte & 0x80 == 0 {
            return Err(Fault::Unmasked);
        }
        let is_long = usize::from(byte & 0x7f) > MOST_CONTROL;
        if self.kind.is_control() && is_long { Err(Fault::LongControl) } else { Ok(()) }
    }

    /// The length is complete: it is the shortest way to write it, and the message stays within its limit.
    fn length(&mut self, extended: usize) -> Result<(), Fault> {
        let length = match extended {
            0 => u64::from(self.head.bytes[1] & 0x7f),
            _ => self.head.bytes[2..2 + extended].iter().fold(0, |length, byte| (length << 8) | u64::from(*byte)),
        };
        let least = match extended {
            0 => 0,
            2 => 126,
            _ => 65_536,
        };
        if length < least || length >> 63 != 0 {
            return Err(Fault::Length);
        }
        let room = self.limit.saturating_sub(self.message.len());
        if !self.kind.is_control() && length > room as u64 {
            return Err(Fault::TooLarge(self.limit));
        }
        self.left = length;
        Ok(())
    }

    fn read_payload(&mut self, input: &mut &[u8]) -> Result<(), Fault> {
        let count = usize::try_from(self.left).map_or(input.len(), |left| left.min(input.len()));
        let (piece, rest) = input.split_at(count);
        *input = rest;
        if matches!(self.kind, Kind::Text | Kind::Binary) {
            self.message_kind = Some(self.kind);
        }
        let into = if self.kind.is_control() { &mut self.control } else { &mut self.message };
        let start = into.len();
        into.extend_from_slice(piece);
        unmask(&mut into[start..], self.mask, self.read);
        self.read += count;
        self.left -= count as u64;
        if !self.kind.is_control() && self.message_kind == Some(Kind::Text) {
            self.check_text()?;
        }
        Ok(())
    }

    /// Checks what is new of a text. A character may be cut by the end of what came.
    fn check_text(&mut self) -> Result<(), Fault> {
        match std::str::from_utf8(&self.message[self.valid..]) {
            Ok(_) => self.valid = self.message.len(),
            Err(error) if error.error_len().is_none() => self.valid += error.valid_up_to(),
            Err(_) => return Err(Fault::NotUtf8),
        }
        Ok(())
    }

    fn end_of_frame(&mut self) -> Result<Option<Event>, Fault> {
        if self.kind.is_control() {
            let payload = std::mem::take(&mut self.control);
            return Ok(Some(match self.kind {
                Kind::Ping => Event::Ping(payload),
                Kind::Pong => Event::Pong(payload),
                _ => Event::Close(close(&payload)?),
            }));
        }
        if !self.is_final {
            return Ok(None);
        }
        let kind = self.message_kind.take();
        let (bytes, valid) = (std::mem::take(&mut self.message), std::mem::take(&mut self.valid));
        Ok(Some(Event::Message(match kind {
            Some(Kind::Text) if valid < bytes.len() => return Err(Fault::NotUtf8),
            Some(Kind::Text) => Message::Text(String::from_utf8(bytes).map_err(|_| Fault::NotUtf8)?),
            _ => Message::Binary(Bytes::from(bytes)),
        })))
    }
}

/// What the payload of a close frame says (RFC 6455, section 5.5.1).
fn close(payload: &[u8]) -> Result<Close, Fault> {
    let [first, second, reason @ ..] = payload else {
        return if payload.is_empty() { Ok(Close::without_code()) } else { Err(Fault::ShortClose) };
    };
    let number = u16::from_be_bytes([*first, *second]);
    let code = CloseCode::new(number).map_err(|_| Fault::CloseCode(number))?;
    let reason = std::str::from_utf8(reason).map_err(|_| Fault::ReasonNotUtf8)?;
    Ok(Close::with_reason(code, CloseReason::cut(reason)))
}

/// Takes the mask off (RFC 6455, section 5.3). `at` is the place of the first byte in its frame.
fn unmask(bytes: &mut [u8], mut mask: [u8; 4], at: usize) {
    mask.rotate_left(at % 4);
    let wide = u64::from(u32::from_ne_bytes(mask));
    let wide = (wide << 32) | wide;
    let (words, rest) = bytes.as_chunks_mut::<8>();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask.into_iter().cycle()) {
        *byte ^= mask;
    }
}

impl Fault {
    /// What the client is told.
    pub fn close(self) -> Close {
        let (code, reason) = match self {
            Self::Reserved => (CloseCode::PROTOCOL, "reserved bits are set, and no extension is in use".into()),
            Self::Opcode(opcode) => (CloseCode::PROTOCOL, format!("{opcode} is the opcode of no frame")),
            Self::Unmasked => (CloseCode::PROTOCOL, "a frame of a client has a mask".into()),
            Self::SplitControl => (CloseCode::PROTOCOL, "a control frame has no fragments".into()),
            Self::LongControl => (CloseCode::PROTOCOL, "a control frame has at most 125 bytes".into()),
            Self::Length => (CloseCode::PROTOCOL, "a length is written in the shortest way".into()),
            Self::NothingToContinue => (CloseCode::PROTOCOL, "there is no message to be continued".into()),
            Self::Interrupted => (CloseCode::PROTOCOL, "the message before is not complete".into()),
            Self::TooLarge(limit) => (CloseCode::TOO_LARGE, format!("a message has at most {limit} bytes")),
            Self::NotUtf8 => (CloseCode::INVALID, "a text is not UTF-8".into()),
            Self::CloseCode(code) => (CloseCode::PROTOCOL, format!("{code} is not the code of a close frame")),
            Self::ShortClose => (CloseCode::PROTOCOL, "a close frame has no byte, or two and more".into()),
            Self::ReasonNotUtf8 => (CloseCode::INVALID, "the reason of a close frame is not UTF-8".into()),
        };
        Close::because(code, reason)
    }
}
