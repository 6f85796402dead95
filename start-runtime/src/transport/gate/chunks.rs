//! A chunked body (RFC 9112, section 7.1), checked byte by byte and read by somebody else.

use super::head::is_token;
use super::refusal::Refusal;

/// The most that a chunk's extensions may have, and the trailers in all.
const MOST_EXTRA: usize = 16 * 1024;

/// Names that must not be in a trailer, because they would change what was read (RFC 9110, 6.5.1).
const NOT_IN_TRAILERS: [&[u8]; 3] = [b"content-length", b"transfer-encoding", b"host"];

/// As much of a trailer's name as the longest of those needs, and one more.
const NAME: usize = 18;

/// Where in a chunked body the next byte stands.
#[derive(Default)]
pub struct ChunkReader {
    at: At,
    /// Of the chunk that is being read.
    remaining: u64,
    digits: u8,
    extra: usize,
    name: [u8; NAME],
    name_length: usize,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
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

/// How far a piece was read.
pub struct Read {
    pub length: usize,
    pub is_complete: bool,
}

impl ChunkReader {
    /// Checks the next piece. A refusal comes with how much before it was good.
    pub fn read(&mut self, piece: &[u8]) -> Result<Read, (usize, Refusal)> {
        let mut at = 0;
        while at < piece.len() {
            if self.at == At::Data {
                let rest = (piece.len() - at) as u64;
                let length = rest.min(self.remaining);
                self.remaining -= length;
                // `length` is not more than what is there.
                at += length as usize;
                if self.remaining == 0 {
                    self.at = At::DataCr;
                }
                continue;
            }
            let is_complete = self.step(piece[at]).map_err(|refusal| (at, refusal))?;
            at += 1;
            if is_complete {
                return Ok(Read { length: at, is_complete });
            }
        }
        Ok(Read { length: at, is_complete: false })
    }

    /// Takes a byte that is not data. Says whether it was the last one of the body.
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
            (At::TrailerStart | At::TrailerName, byte) if is_token(&[byte]) => self.letter(byte)?,
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
        self.digits = self.digits.saturating_add(1);
        // Zeros in front are allowed, but not without end.
        match self.remaining.checked_mul(16) {
            Some(size) if self.digits <= 32 => {
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
        self.extra += 1;
        if self.extra > MOST_EXTRA {
            return Err(Refusal::bad(format!(
                "the extensions of a chunk, or the trailers, have more than {MOST_EXTRA} bytes"
            )));
        }
        Ok(at)
    }
}

fn is_text(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}
