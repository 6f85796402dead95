//! The decoding of a chunked body (RFC 9112, section 7.1), checked byte by byte.

use bytes::{Buf as _, Bytes, BytesMut};

use super::refusal::Refusal;
use super::token::is_token_byte;

/// The most bytes that a chunk's extensions may have, and the trailers in all.
const MOST_EXTRA: usize = 16 * 1024;

/// Names that must not be in a trailer, because they would change what was read (RFC 9110, 6.5.1).
const NOT_IN_TRAILERS: [&[u8]; 3] = [b"content-length", b"transfer-encoding", b"host"];

/// As much of a trailer's name as the longest of those needs, and one more.
const NAME: usize = 18;

/// Chunks below this many bytes are put together, so that a body of many tiny chunks is not handed on
/// as many tiny pieces.
const SMALL: usize = 1024;

/// The place in a chunked body at which the next byte stands.
#[derive(Debug, Default)]
pub struct ChunkReader {
    at: At,
    /// Bytes that are still to come of the current chunk.
    remaining: u64,
    digits: u8,
    extra: usize,
    name: [u8; NAME],
    name_length: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    #[default]
    Size,
    /// White space behind the size, which only an extension may follow.
    SizeSpace,
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    TrailerStart,
    TrailerName,
    TrailerValue,
    TrailerLf,
    EndLf,
}

/// What was found in a chunked body.
#[derive(Debug)]
pub enum Piece {
    /// Data, never empty.
    Data(Bytes),
    /// The end of the body.
    End,
    /// Nothing: more bytes are needed.
    More,
}

impl ChunkReader {
    /// Takes the next piece of the body out of the buffer. Trailers are checked and left out.
    pub fn read(&mut self, buffer: &mut BytesMut) -> Result<Piece, Refusal> {
        let mut gathered = BytesMut::new();
        loop {
            if self.at == At::Data {
                if buffer.is_empty() {
                    break;
                }
                let length = usize::try_from(self.remaining).map_or(buffer.len(), |length| length.min(buffer.len()));
                if length >= SMALL && !gathered.is_empty() {
                    break;
                }
                self.remaining -= length as u64;
                let data = buffer.split_to(length);
                if self.remaining == 0 {
                    self.at = At::DataCr;
                }
                if length >= SMALL {
                    return Ok(Piece::Data(data.freeze()));
                }
                gathered.extend_from_slice(&data);
                if gathered.len() >= SMALL {
                    break;
                }
                continue;
            }
            match self.until_data(buffer) {
                Ok(true) => continue,
                Ok(false) => break,
                // What came before the end or the fault is handed on first; both are met again.
                Err(_) if !gathered.is_empty() => break,
                Err(Stop::End) => {
                    buffer.advance(1);
                    return Ok(Piece::End);
                }
                Err(Stop::Refused(refusal)) => return Err(refusal),
            }
        }
        Ok(if gathered.is_empty() { Piece::More } else { Piece::Data(gathered.freeze()) })
    }

    /// Reads up to the data of a chunk. `false` if it is not there yet.
    fn until_data(&mut self, buffer: &mut BytesMut) -> Result<bool, Stop> {
        let mut at = 0;
        while self.at != At::Data {
            let Some(byte) = buffer.get(at) else {
                buffer.clear();
                return Ok(false);
            };
            match self.step(*byte) {
                Ok(false) => at += 1,
                // Not consumed, so that the end and a fault are found again by the next call.
                Ok(true) => {
                    buffer.advance(at);
                    return Err(Stop::End);
                }
                Err(refusal) => {
                    buffer.advance(at);
                    return Err(Stop::Refused(refusal));
                }
            }
        }
        buffer.advance(at);
        Ok(true)
    }

    /// Takes a byte that is not data. Returns whether it was the last one of the body; the state stays
    /// as it is then, and at a fault.
    fn step(&mut self, byte: u8) -> Result<bool, Refusal> {
        self.at = match (self.at, byte) {
            (At::Size, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => return self.digit(byte).map(|()| false),
            (At::Size, _) if self.digits == 0 => return Err(Refusal::bad("a chunk has no size")),
            (At::Size, b'\r') => At::SizeLf,
            (At::Size | At::SizeSpace, b';') => At::Extension,
            (At::Size | At::SizeSpace, b' ' | b'\t') => self.more(At::SizeSpace)?,
            (At::Size | At::SizeSpace, _) => {
                return Err(Refusal::bad("the size of a chunk is no hexadecimal number with CRLF behind it"));
            }
            (At::Extension, b'\r') => At::SizeLf,
            (At::Extension, byte) if is_text(byte) => self.more(At::Extension)?,
            (At::Extension, _) => return Err(Refusal::bad("a control character stands in a chunk extension")),
            (At::SizeLf, b'\n') => self.begin(),
            (At::DataCr, b'\r') => At::DataLf,
            (At::DataLf, b'\n') => At::Size,
            (At::DataCr | At::DataLf, _) => {
                return Err(Refusal::bad("a chunk is not as long as it says: CRLF has to stand behind its data"));
            }
            (At::TrailerStart, b'\r') => At::EndLf,
            (At::TrailerStart | At::TrailerName, b':') => self.end_of_name()?,
            (At::TrailerStart | At::TrailerName, byte) if is_token_byte(byte) => self.letter(byte)?,
            (At::TrailerStart | At::TrailerName, _) => return Err(Refusal::bad("the name of a trailer is no token")),
            (At::TrailerValue, b'\r') => At::TrailerLf,
            (At::TrailerValue, byte) if is_text(byte) => self.more(At::TrailerValue)?,
            (At::TrailerValue, _) => return Err(Refusal::bad("a control character stands in a trailer")),
            (At::TrailerLf, b'\n') => At::TrailerStart,
            (At::EndLf, b'\n') => return Ok(true),
            (At::SizeLf | At::TrailerLf | At::EndLf, _) => {
                return Err(Refusal::bad("a line of a chunked body ends with CR alone: it has to end with CRLF"));
            }
            // `read` takes the data itself.
            (At::Data, _) => At::Data,
        };
        Ok(false)
    }

    fn digit(&mut self, byte: u8) -> Result<(), Refusal> {
        let value = char::from(byte).to_digit(16).unwrap_or_default();
        // Leading zeros are allowed, up to a limit.
        match self.remaining.checked_mul(16) {
            Some(size) if self.digits < 32 => {
                self.digits += 1;
                self.remaining = size + u64::from(value);
                Ok(())
            }
            _ => Err(Refusal::bad("the size of a chunk is too large")),
        }
    }

    /// Behind the size: the data, or the trailers if this was the last chunk.
    fn begin(&mut self) -> At {
        self.digits = 0;
        self.extra = 0;
        if self.remaining == 0 { At::TrailerStart } else { At::Data }
    }

    fn letter(&mut self, byte: u8) -> Result<At, Refusal> {
        if self.at == At::TrailerStart {
            self.name_length = 0;
        }
        if let Some(place) = self.name.get_mut(self.name_length) {
            *place = byte.to_ascii_lowercase();
            self.name_length += 1;
        }
        self.more(At::TrailerName)
    }

    fn end_of_name(&self) -> Result<At, Refusal> {
        if self.at == At::TrailerStart {
            return Err(Refusal::bad("a trailer has no name"));
        }
        if NOT_IN_TRAILERS.contains(&&self.name[..self.name_length]) {
            return Err(Refusal::bad("Content-Length, Transfer-Encoding and Host must not be trailers"));
        }
        Ok(At::TrailerValue)
    }

    /// Counts what is neither size nor data.
    fn more(&mut self, at: At) -> Result<At, Refusal> {
        if self.extra >= MOST_EXTRA {
            return Err(Refusal::bad(format!(
                "the extensions of a chunk, or the trailers, have more than {MOST_EXTRA} bytes"
            )));
        }
        self.extra += 1;
        Ok(at)
    }
}

/// Why reading up to the data stops.
enum Stop {
    End,
    Refused(Refusal),
}

fn is_text(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The data, and how the body ends: `None` if it does not, an empty text if it is complete.
    fn decode(input: &str, size: usize) -> (String, Option<String>, usize) {
        let (mut chunks, mut buffer) = (ChunkReader::default(), BytesMut::new());
        let (mut data, mut pieces) = (Vec::new(), input.as_bytes().chunks(size));
        loop {
            let end = match chunks.read(&mut buffer) {
                Ok(Piece::Data(piece)) => {
                    data.extend_from_slice(&piece);
                    continue;
                }
                Ok(Piece::End) => Some(String::new()),
                Ok(Piece::More) => match pieces.next() {
                    Some(piece) => {
                        buffer.extend_from_slice(piece);
                        continue;
                    }
                    None => None,
                },
                Err(refusal) => Some(refusal.detail.into_owned()),
            };
            return (String::from_utf8(data).unwrap(), end, buffer.len());
        }
    }

    #[test]
    fn bodies_are_decoded_however_they_are_cut() {
        let big = format!("1000\r\n{}\r\n3;x=\"y\"\r\nabc\r\n0\r\nT: v\r\n\r\n", "z".repeat(4096));
        let text = format!("{}abc", "z".repeat(4096));
        for (input, data, end) in [
            ("5\r\nhello\r\n0\r\n\r\n", "hello", Some("")),
            ("3\r\nabc\r\n2\r\nde\r\n00\r\n\r\n", "abcde", Some("")),
            ("1\r\na\r\n1\r\nb\r\nx", "ab", Some("no size")),
            ("3 ;x\r\nabc\r\n0\r\n\r\n", "abc", Some("")),
            (&big, &text, Some("")),
            ("3\r\nab", "ab", None),
            ("3\r\nabcd\r\n0\r\n\r\n", "abc", Some("not as long as it says")),
            ("3\nabc\r\n0\r\n\r\n", "", Some("no hexadecimal number")),
            ("3 \r\nabc\r\n0\r\n\r\n", "", Some("no hexadecimal number")),
            ("FFFFFFFFFFFFFFFFF\r\n", "", Some("too large")),
            ("0\r\nHost: x\r\n\r\n", "", Some("must not be trailers")),
        ] {
            for size in [1, 2, 3, 7, 10_000] {
                let decoded = decode(input, size);
                assert_eq!((&*decoded.0, decoded.1.is_some()), (data, end.is_some()), "{input:?} by {size}");
                assert!(decoded.1.unwrap_or_default().contains(end.unwrap_or_default()), "{input:?} by {size}");
            }
        }
    }
}
