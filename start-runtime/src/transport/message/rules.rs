//! What a head says about its message: where the body ends, whether the connection goes on, or why it is
//! refused (RFC 9112, sections 2 to 6; RFC 9110, sections 7.8 and 10.1.1).
//!
//! The rules see names and values that are free of syntax errors: `head` has those from httparse, and
//! `explain` from lines that it has checked itself.

use actix_http::StatusCode;

use super::names::Meaning;
use super::refusal::Refusal;
use super::target::{self, Form};
use super::token::{elements, is_token};
use crate::http::host;

/// What is known of a message when its head is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Where its body ends.
    pub framing: Framing,
    /// Whether the answer has no body (RFC 9110, section 9.3.2).
    pub is_head: bool,
    /// Whether it is HTTP/1.0: its answer must not be chunked.
    pub is_1_0: bool,
    /// Whether another request may follow on the connection (RFC 9112, section 9.3).
    pub persists: bool,
    /// Whether the client waits for `100 Continue` before it sends the body.
    pub expects: bool,
    /// Whether the client asks for another protocol.
    pub upgrade: Switch,
}

/// Where a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is none.
    None,
    /// After this many bytes, at least one.
    Length(u64),
    /// With its last chunk.
    Chunked,
}

/// The protocol that a client asks for (RFC 9110, section 7.8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Switch {
    /// HTTP, as before.
    #[default]
    No,
    /// WebSocket: nothing but it is read from the connection behind this request.
    WebSocket,
    /// Another one.
    Other,
}

/// Follows one head, line by line.
#[derive(Debug)]
pub struct Rules {
    is_head: bool,
    is_post: bool,
    is_1_0: bool,
    form: Form,
    has_host: bool,
    length: Option<u64>,
    codings: Option<Codings>,
    close: bool,
    keep_alive: bool,
    expects: bool,
    upgrade: bool,
    has_upgrade: bool,
    websocket: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Codings {
    Chunked,
    /// Others, and chunked at the end.
    UnknownThenChunked,
}

impl Rules {
    /// Begins with the request line.
    pub fn new(method: &[u8], target: &[u8], is_1_0: bool) -> Result<Self, Refusal> {
        Ok(Self {
            is_head: method == b"HEAD",
            is_post: method == b"POST",
            is_1_0,
            form: target::check(method, target)?,
            has_host: false,
            length: None,
            codings: None,
            close: false,
            keep_alive: false,
            expects: false,
            upgrade: false,
            has_upgrade: false,
            websocket: false,
        })
    }

    /// Whether the target names the host itself.
    pub fn form(&self) -> Form {
        self.form
    }

    /// Takes a header.
    #[inline]
    pub fn header(&mut self, meaning: Meaning, value: &[u8]) -> Result<(), Refusal> {
        match meaning {
            Meaning::None | Meaning::Repeated => Ok(()),
            Meaning::Host => self.host(value),
            meaning => self.message_header(meaning, value.trim_ascii()),
        }
    }

    fn message_header(&mut self, meaning: Meaning, value: &[u8]) -> Result<(), Refusal> {
        match meaning {
            Meaning::None | Meaning::Repeated | Meaning::Host => Ok(()),
            Meaning::Expect => self.expect(value),
            Meaning::Connection => self.connection(value),
            Meaning::ContentLength => self.content_length(value),
            Meaning::TransferEncoding => self.transfer_encoding(value),
            Meaning::Upgrade => {
                self.has_upgrade = true;
                self.websocket |= elements(value).any(|protocol| protocol.eq_ignore_ascii_case(b"websocket"));
                Ok(())
            }
        }
    }

    /// Takes a Host header whose value is known to be a host.
    #[inline]
    pub fn known_host(&mut self) -> Result<(), Refusal> {
        if self.has_host {
            return Err(Refusal::bad("the Host header is there twice"));
        }
        self.has_host = true;
        Ok(())
    }

    fn host(&mut self, value: &[u8]) -> Result<(), Refusal> {
        self.known_host()?;
        // That of an absolute target takes its place (RFC 9112, section 3.2.2).
        if self.form == Form::Origin && host::is_malformed(value.trim_ascii()) {
            return Err(Refusal::bad("the Host header is no host"));
        }
        Ok(())
    }

    fn connection(&mut self, value: &[u8]) -> Result<(), Refusal> {
        if value == b"keep-alive" {
            self.keep_alive = true;
            return Ok(());
        }
        for option in elements(value) {
            if !is_token(option) {
                return Err(Refusal::bad("an option of the Connection header is no token"));
            }
            self.close |= option.eq_ignore_ascii_case(b"close");
            self.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
            self.upgrade |= option.eq_ignore_ascii_case(b"upgrade");
        }
        Ok(())
    }

    fn content_length(&mut self, digits: &[u8]) -> Result<(), Refusal> {
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

    /// Only `100-continue` can be met; others are refused (RFC 9110, section 10.1.1). HTTP/1.0 knows none.
    fn expect(&mut self, value: &[u8]) -> Result<(), Refusal> {
        if self.is_1_0 {
            return Ok(());
        }
        for expectation in elements(value) {
            if !expectation.eq_ignore_ascii_case(b"100-continue") {
                let detail = "`100-continue` is the only expectation that is met here";
                return Err(Refusal::new(StatusCode::EXPECTATION_FAILED, detail));
            }
            self.expects = true;
        }
        Ok(())
    }

    /// Ends with the empty line.
    #[inline]
    pub fn end(&self) -> Result<Message, Refusal> {
        if !self.has_host && !self.is_1_0 {
            return Err(Refusal::bad("the Host header is missing"));
        }
        let framing = match (self.codings, self.length) {
            (None, None | Some(0)) if !(self.is_1_0 && self.is_post && self.length.is_none()) => Framing::None,
            _ => self.body()?,
        };
        Ok(Message {
            framing,
            is_head: self.is_head,
            is_1_0: self.is_1_0,
            persists: !self.close && (self.keep_alive || !self.is_1_0),
            expects: self.expects && framing != Framing::None,
            upgrade: self.switch(framing),
        })
    }

    fn body(&self) -> Result<Framing, Refusal> {
        match (self.codings, self.length) {
            (Some(_), _) if self.is_1_0 => Err(Refusal::bad("Transfer-Encoding is not known in HTTP/1.0")),
            (Some(_), Some(_)) => Err(Refusal::bad("Content-Length and Transfer-Encoding contradict each other")),
            (Some(Codings::UnknownThenChunked), None) => {
                let detail = "`chunked` is the only transfer coding that is read here";
                Err(Refusal::new(StatusCode::NOT_IMPLEMENTED, detail))
            }
            (Some(Codings::Chunked), None) => Ok(Framing::Chunked),
            (None, None) if self.is_1_0 && self.is_post => {
                Err(Refusal::new(StatusCode::LENGTH_REQUIRED, "POST in HTTP/1.0 needs a Content-Length"))
            }
            (None, None | Some(0)) => Ok(Framing::None),
            (None, Some(length)) => Ok(Framing::Length(length)),
        }
    }

    /// An upgrade is asked for by both headers, in HTTP/1.1, without `close`, and here without a body.
    fn switch(&self, framing: Framing) -> Switch {
        let is_asked = self.upgrade && self.has_upgrade && !self.close && !self.is_1_0 && framing == Framing::None;
        match (is_asked, self.websocket) {
            (false, _) => Switch::No,
            (true, true) => Switch::WebSocket,
            (true, false) => Switch::Other,
        }
    }
}
