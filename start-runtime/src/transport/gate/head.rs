//! The head of a request, line by line: what it says about the body and the connection, or why it is
//! refused (RFC 9112, sections 2 to 6).

use actix_web::http::StatusCode;

use super::refusal::Refusal;
use super::target::{self, Form};
use crate::http::host;

/// How many headers actix takes.
const MOST_HEADERS: usize = 96;

/// What a head says about the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub profile: Profile,
    pub framing: Framing,
}

/// What actix remembers of the head that it has read last, and uses for the answer that it writes
/// next. With requests in a row these may belong to two of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    is_head: bool,
    is_1_0: bool,
    /// Whether nothing comes behind this message.
    pub ends: bool,
}

/// Where the body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    None,
    Length(u64),
    Chunked,
    /// What follows is another protocol.
    Tunnel,
}

/// Reads the lines of one head.
#[derive(Default)]
pub struct HeadReader {
    headers: usize,
    begun: bool,
    is_head: bool,
    is_post: bool,
    is_1_0: bool,
    has_authority: bool,
    has_host: bool,
    length: Option<u64>,
    codings: Option<Codings>,
    close: bool,
    keep_alive: bool,
    upgrade: bool,
    websocket: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Codings {
    Chunked,
    /// Others, and chunked at the end.
    UnknownThenChunked,
}

impl HeadReader {
    /// Whether the request line is still to come.
    pub fn is_before_headers(&self) -> bool {
        !self.begun
    }

    /// Takes a line without its LF. The empty line ends the head.
    pub fn line(&mut self, line: &[u8]) -> Result<Option<Head>, Refusal> {
        let Some(line) = line.strip_suffix(b"\r") else {
            return Err(Refusal::bad("a line of the head ends with LF alone: it has to end with CRLF"));
        };
        if has_control(line) {
            return Err(Refusal::bad("a control character stands in the head"));
        }
        if !self.begun {
            self.begun = true;
            return self.request_line(line).map(|()| None);
        }
        if line.is_empty() {
            return self.end().map(Some);
        }
        self.headers += 1;
        if self.headers > MOST_HEADERS {
            return Err(Refusal::new(
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                format!("there are more than {MOST_HEADERS} headers"),
            ));
        }
        self.header(line).map(|()| None)
    }

    fn request_line(&mut self, line: &[u8]) -> Result<(), Refusal> {
        let mut spaces = memchr::memchr_iter(b' ', line);
        let (Some(first), Some(second), None) = (spaces.next(), spaces.next(), spaces.next()) else {
            return Err(Refusal::bad("the request line is no `METHOD TARGET HTTP/1.1`"));
        };
        let (method, target, version) = (&line[..first], &line[first + 1..second], &line[second + 1..]);
        if !is_token(method) {
            return Err(Refusal::bad("the method is no token"));
        }
        self.is_1_0 = match version {
            b"HTTP/1.1" => false,
            b"HTTP/1.0" => true,
            _ if is_version(version) => {
                let detail = "this is a server for HTTP/1.1 and HTTP/1.0";
                return Err(Refusal::new(StatusCode::HTTP_VERSION_NOT_SUPPORTED, detail));
            }
            _ => return Err(Refusal::bad("the request line does not end with a version such as `HTTP/1.1`")),
        };
        self.is_head = method == b"HEAD";
        self.is_post = method == b"POST";
        self.has_authority = target::check(method, target)? == Form::Absolute;
        Ok(())
    }

    fn header(&mut self, line: &[u8]) -> Result<(), Refusal> {
        if matches!(line[0], b' ' | b'\t') {
            return Err(Refusal::bad("a header line begins with white space: a header has to stand on one line"));
        }
        let Some(colon) = memchr::memchr(b':', line) else {
            return Err(Refusal::bad("a header line has no colon"));
        };
        let (name, value) = (&line[..colon], &line[colon + 1..]);
        if !is_token(name) {
            return Err(Refusal::bad("the name of a header is no token; no space may stand before the colon"));
        }
        // By length first: few names matter here.
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => return self.host(value),
            6 if name.eq_ignore_ascii_case(b"expect") => return self.expect(value),
            7 if name.eq_ignore_ascii_case(b"upgrade") => {
                self.websocket |= value.trim_ascii().eq_ignore_ascii_case(b"websocket");
            }
            10 if name.eq_ignore_ascii_case(b"connection") => {
                for option in elements(value) {
                    self.close |= option.eq_ignore_ascii_case(b"close");
                    self.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
                    self.upgrade |= option.eq_ignore_ascii_case(b"upgrade");
                }
            }
            14 if name.eq_ignore_ascii_case(b"content-length") => return self.content_length(value),
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => return self.transfer_encoding(value),
            _ => {}
        }
        Ok(())
    }

    fn host(&mut self, value: &[u8]) -> Result<(), Refusal> {
        if self.has_host {
            return Err(Refusal::bad("the Host header is there twice"));
        }
        self.has_host = true;
        // That of an absolute target takes its place (RFC 9112, section 3.2.2).
        if !self.has_authority && host::is_malformed(value.trim_ascii()) {
            return Err(Refusal::bad("the Host header is no host"));
        }
        Ok(())
    }

    fn content_length(&mut self, value: &[u8]) -> Result<(), Refusal> {
        let digits = value.trim_ascii();
        let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
        let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
        match number {
            Some(number) if is_number && self.length.is_none() => {
                self.length = Some(number);
                Ok(())
            }
            Some(_) if is_number => Err(Refusal::bad("Content-Length is there twice")),
            _ => Err(Refusal::bad("Content-Length is no number that can be read")),
        }
    }

    fn transfer_encoding(&mut self, value: &[u8]) -> Result<(), Refusal> {
        if self.codings.is_some() {
            return Err(Refusal::bad("Transfer-Encoding is there twice"));
        }
        let is_chunked = |coding: &[u8]| coding.eq_ignore_ascii_case(b"chunked");
        let value = value.trim_ascii();
        let (before, last) = match memchr::memrchr(b',', value) {
            Some(comma) => (Some(&value[..comma]), value[comma + 1..].trim_ascii()),
            None => (None, value),
        };
        if !is_chunked(last) {
            return Err(Refusal::bad("Transfer-Encoding does not end with `chunked`: the end of the body is unknown"));
        }
        let Some(before) = before else {
            self.codings = Some(Codings::Chunked);
            return Ok(());
        };
        let mut others = elements(before).peekable();
        if others.peek().is_none() || others.any(|coding| is_chunked(coding) || !is_token(coding)) {
            return Err(Refusal::bad("Transfer-Encoding cannot be read"));
        }
        self.codings = Some(Codings::UnknownThenChunked);
        Ok(())
    }

    /// Only `100-continue` can be met; others are told (RFC 9110, section 10.1.1).
    fn expect(&self, value: &[u8]) -> Result<(), Refusal> {
        if self.is_1_0 || elements(value).all(|expectation| expectation.eq_ignore_ascii_case(b"100-continue")) {
            return Ok(());
        }
        let detail = "`100-continue` is the only expectation that is met here";
        Err(Refusal::new(StatusCode::EXPECTATION_FAILED, detail))
    }

    fn end(&self) -> Result<Head, Refusal> {
        if !self.has_host && !self.is_1_0 {
            return Err(Refusal::bad("the Host header is missing"));
        }
        let framing = match (self.codings, self.length) {
            (Some(_), _) if self.is_1_0 => {
                return Err(Refusal::bad("Transfer-Encoding is not known in HTTP/1.0"));
            }
            (Some(_), Some(_)) => {
                return Err(Refusal::bad("Content-Length and Transfer-Encoding contradict each other"));
            }
            (Some(Codings::UnknownThenChunked), None) => {
                let detail = "`chunked` is the only transfer coding that is read here";
                return Err(Refusal::new(StatusCode::NOT_IMPLEMENTED, detail));
            }
            (Some(Codings::Chunked), None) => Framing::Chunked,
            (None, Some(1..)) if self.websocket => {
                return Err(Refusal::bad("a request for a WebSocket has no body"));
            }
            // actix takes what follows for another protocol, with or without `Connection: upgrade`.
            (None, _) if self.websocket => Framing::Tunnel,
            (None, None) if self.is_1_0 && self.is_post => {
                return Err(Refusal::new(StatusCode::LENGTH_REQUIRED, "POST in HTTP/1.0 needs a Content-Length"));
            }
            (None, None | Some(0)) => Framing::None,
            (None, Some(length)) => Framing::Length(length),
        };
        // actix closes behind an upgrade that did not happen.
        let stays = !self.close && !self.upgrade && (self.keep_alive || !self.is_1_0);
        let profile = Profile { is_head: self.is_head, is_1_0: self.is_1_0, ends: !stays };
        Ok(Head { profile, framing })
    }
}

/// The elements of a list (RFC 9110, section 5.6.1): empty ones count for nothing.
fn elements(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).filter(|element| !element.is_empty())
}

/// Any control character but the tab. Written so that the compiler takes many bytes at once.
pub fn has_control(line: &[u8]) -> bool {
    line.iter().fold(false, |found, byte| found | (*byte < b' ' && *byte != b'\t') | (*byte == 0x7f))
}

/// A token (RFC 9110, section 5.6.2): the name of a method or of a header.
pub fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| TOKEN[usize::from(*byte)])
}

fn is_version(text: &[u8]) -> bool {
    matches!(text, [b'H', b'T', b'T', b'P', b'/', major, b'.', minor] if major.is_ascii_digit() && minor.is_ascii_digit())
}

const TOKEN: [bool; 256] = {
    let punctuation = b"!#$%&'*+-.^_`|~";
    let mut token = [false; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        token[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let mut index = 0;
    while index < punctuation.len() {
        token[punctuation[index] as usize] = true;
        index += 1;
    }
    token
};
