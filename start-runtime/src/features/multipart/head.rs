//! The headers of a part (RFC 7578, section 4).

use std::borrow::Cow;

use memchr::memmem;

use super::params::{MOST_ESCAPES, Malformed, Params, first};

/// How many lines the headers of a part may have. Browsers send two; each costs time, also where it is ignored.
const MOST_LINES: usize = 32;

/// What a part says of itself.
#[derive(Default)]
pub struct Head {
    pub name: String,
    pub file_name: Option<String>,
    pub content_type: Option<String>,
}

/// Why the headers are not those of a form's part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadHead {
    /// Not `name: value`, line by line.
    Lines,
    /// More than [`MOST_LINES`].
    Many,
    /// A boundary stands where the headers are.
    Boundary,
    NoDisposition,
    /// The Content-Disposition follows no grammar, or says something twice.
    Disposition,
    NoName,
    /// The part is multipart itself.
    Nested,
}

impl Head {
    /// Reads headers, each with its line break. All but Content-Disposition and Content-Type are ignored (RFC 7578,
    /// section 4.8): neither a length nor an encoding changes what the content is.
    pub fn parse(head: &[u8], boundary: &str) -> Result<Self, BadHead> {
        let (mut disposition, mut content_type) = (None, None);
        for line in (Lines { rest: head, boundary: boundary.as_bytes(), count: 0 }) {
            let (name, value) = line?;
            if name.eq_ignore_ascii_case(b"content-disposition") {
                if disposition.replace(value).is_some() {
                    return Err(BadHead::Disposition);
                }
            } else if name.eq_ignore_ascii_case(b"content-type") {
                content_type.get_or_insert(value);
            }
        }
        let disposition = disposition.ok_or(BadHead::NoDisposition)?;
        let (kind, params) = first(&disposition);
        if !kind.eq_ignore_ascii_case(b"form-data") {
            return Err(BadHead::NoDisposition);
        }
        let malformed = |Malformed| BadHead::Disposition;
        let params = Params::read(params).map_err(malformed)?;
        let name = params.only("name").map_err(malformed)?.ok_or(BadHead::NoName)?;
        let plain = params.only("filename").and_then(|name| name.map(decoded).transpose()).map_err(malformed)?;
        // RFC 7578 does not allow `filename*` in forms, but some clients send it in place of `filename`.
        let extended = || params.only("filename*").ok().flatten().and_then(extended);
        let content_type = content_type.and_then(|value| media_type(&value));
        if content_type.as_ref().is_some_and(|name| name.starts_with("multipart/")) {
            return Err(BadHead::Nested);
        }
        Ok(Self { name: decoded(name).map_err(malformed)?, file_name: plain.or_else(extended), content_type })
    }

    /// How many bytes of memory this takes.
    pub fn length(&self) -> u64 {
        let texts = [Some(&self.name), self.file_name.as_ref(), self.content_type.as_ref()];
        texts.into_iter().flatten().map(|text| text.len() as u64).sum()
    }
}

type Line<'a> = (&'a [u8], Cow<'a, [u8]>);

/// Names and values. A line that begins with a space continues the one before (RFC 5322, section 2.2.3).
struct Lines<'a> {
    rest: &'a [u8],
    boundary: &'a [u8],
    /// How many lines there have been.
    count: usize,
}

impl<'a> Lines<'a> {
    fn line(&mut self) -> Result<Line<'a>, BadHead> {
        let line = self.raw();
        if line.strip_prefix(b"--").is_some_and(|rest| rest.starts_with(self.boundary)) {
            return Err(BadHead::Boundary);
        }
        let (name, mut value) = named(line).ok_or(BadHead::Lines)?;
        while self.count <= MOST_LINES && matches!(self.rest, [b' ' | b'\t', ..]) {
            value.to_mut().extend_from_slice(self.raw());
        }
        if self.count > MOST_LINES {
            return Err(BadHead::Many);
        }
        let is_text = |byte: &u8| !matches!(byte, 0..=8 | 10..=31 | 127);
        if value.iter().all(is_text) { Ok((name, value)) } else { Err(BadHead::Lines) }
    }

    fn raw(&mut self) -> &'a [u8] {
        let end = memmem::find(self.rest, b"\r\n").unwrap_or(self.rest.len());
        let (line, rest) = self.rest.split_at(end);
        self.count += 1;
        self.rest = rest.strip_prefix(b"\r\n").unwrap_or(rest);
        line
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Result<Line<'a>, BadHead>;

    fn next(&mut self) -> Option<Self::Item> {
        (!self.rest.is_empty()).then(|| self.line())
    }
}

fn named(line: &[u8]) -> Option<Line<'_>> {
    let colon = memchr::memchr(b':', line)?;
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    let is_name = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    is_name.then(|| (name, value.trim_ascii().into()))
}

/// A name as a browser means it: `"`, CR and LF are sent as `%22`, `%0D` and `%0A`, and nothing else is escaped (HTML,
/// section 4.10.22.7). Bytes that are not UTF-8 are replaced.
fn decoded(name: &[u8]) -> Result<String, Malformed> {
    let text = String::from_utf8_lossy(name);
    let mut pieces = text.split('%');
    let mut decoded = pieces.next().unwrap_or_default().to_owned();
    for (index, piece) in pieces.enumerate() {
        if index == MOST_ESCAPES {
            return Err(Malformed);
        }
        let (char, length) = match piece.as_bytes() {
            [b'2', b'2', ..] => ('"', 2),
            [b'0', b'D' | b'd', ..] => ('\r', 2),
            [b'0', b'A' | b'a', ..] => ('\n', 2),
            _ => ('%', 0),
        };
        decoded.push(char);
        decoded.push_str(&piece[length..]);
    }
    Ok(decoded)
}

/// An extended value (RFC 8187) in UTF-8; `None` for what is none.
fn extended(value: &[u8]) -> Option<String> {
    let mut pieces = value.splitn(3, |byte| *byte == b'\'');
    let (charset, _, name) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let name = percent_encoding::percent_decode(name);
    charset.eq_ignore_ascii_case(b"utf-8").then(|| name.decode_utf8_lossy().into_owned())
}

/// A media type with its name in lower case; `None` for what is none.
fn media_type(value: &[u8]) -> Option<String> {
    let mut text = String::from_utf8_lossy(value).into_owned();
    let end = text.find(';').unwrap_or(text.len());
    let (kind, subtype) = text[..end].trim_end().split_once('/')?;
    let is_token = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/');
    if !is_token(kind) || !is_token(subtype) {
        return None;
    }
    text[..end].make_ascii_lowercase();
    Some(text)
}
