//! The head of an answer as bytes (RFC 9112, sections 4 and 5).

use actix_http::header::{self, HeaderName, HeaderValue};
use actix_http::{ConnectionType, ResponseHead};
use tokio::time::Instant;

use super::framing::Framing;
use crate::transport::clock::write_date_and_end;
use crate::transport::message::elements;

/// The interim answer that asks for a body (RFC 9110, section 15.2.1).
pub const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// Room for the lines that are added to those of the response: status, length, connection, date.
const OWN_LINES: usize = 192;

/// What is known when a head is written.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// How the end of the body is told.
    pub framing: Framing,
    /// Whether the request was HTTP/1.0.
    pub is_1_0: bool,
    /// Whether the connection ends with this answer, if the response does not say so itself.
    pub is_last: bool,
    /// The time, for the Date header.
    pub now: Instant,
}

/// Appends a head with its empty line. Returns whether the connection ends with this answer.
///
/// Of the response's own headers, Connection is read and replaced, Content-Length and
/// Transfer-Encoding are replaced, and Date is kept. A Content-Encoding of `identity` is none (RFC 9110, section 8.4.1).
#[inline]
pub fn write_head(out: &mut Vec<u8>, head: &ResponseHead, line: Line) -> bool {
    out.reserve(OWN_LINES);
    write_status(out, head, line.is_1_0);
    let mut seen = Seen { close: head.connection_type() == ConnectionType::Close, ..Seen::default() };
    for (name, value) in head.headers.iter() {
        if seen.is_kept(name, value, line.framing) {
            let (name, value) = (name.as_str().as_bytes(), value.as_bytes());
            out.reserve(name.len() + value.len() + 4);
            out.extend_from_slice(name);
            out.extend_from_slice(b": ");
            out.extend_from_slice(value);
            out.extend_from_slice(b"\r\n");
        }
    }
    match line.framing {
        Framing::Length(length) => {
            out.extend_from_slice(b"content-length: ");
            write_decimal(out, length);
            out.extend_from_slice(b"\r\n");
        }
        Framing::Chunked => out.extend_from_slice(b"transfer-encoding: chunked\r\n"),
        Framing::None | Framing::Unsaid | Framing::Close | Framing::Raw => {}
    }
    let is_last = line.is_last || seen.close || line.framing == Framing::Close;
    if is_last || line.is_1_0 || seen.upgrade || line.framing == Framing::Raw {
        write_connection(out, is_last, line, seen.upgrade);
    }
    if seen.date {
        out.extend_from_slice(b"\r\n");
    } else {
        write_date_and_end(out, line.now);
    }
    is_last
}

#[inline]
fn write_status(out: &mut Vec<u8>, head: &ResponseHead, is_1_0: bool) {
    if head.status.as_u16() == 200 && !is_1_0 && head.reason.is_none() {
        out.extend_from_slice(b"HTTP/1.1 200 OK\r\n");
        return;
    }
    out.extend_from_slice(if is_1_0 { b"HTTP/1.0 " } else { b"HTTP/1.1 " });
    // Three digits, whatever the status.
    out.extend_from_slice(head.status.as_str().as_bytes());
    out.push(b' ');
    // Without a reason phrase the space stays (RFC 9112, section 4).
    let reason = head.reason.or_else(|| head.status.canonical_reason()).unwrap_or_default();
    out.extend(reason.bytes().filter(|byte| !byte.is_ascii_control()));
    out.extend_from_slice(b"\r\n");
}

/// What the headers of a response say that concerns the connection.
#[derive(Default)]
struct Seen {
    close: bool,
    upgrade: bool,
    date: bool,
}

impl Seen {
    /// Whether a header is sent as it is.
    #[inline]
    fn is_kept(&mut self, name: &HeaderName, value: &HeaderValue, framing: Framing) -> bool {
        match name.as_str().len() {
            4 if *name == header::DATE => self.date = true,
            7 if *name == header::UPGRADE => self.upgrade = true,
            10 if *name == header::CONNECTION => {
                self.close |= elements(value.as_bytes()).any(|option| option.eq_ignore_ascii_case(b"close"));
                return false;
            }
            14 if *name == header::CONTENT_LENGTH => return framing == Framing::Unsaid,
            16 if *name == header::CONTENT_ENCODING => return !value.as_bytes().eq_ignore_ascii_case(b"identity"),
            17 if *name == header::TRANSFER_ENCODING => return false,
            _ => {}
        }
        true
    }
}

/// An Upgrade header needs its option here (RFC 9110, section 7.8).
#[cold]
fn write_connection(out: &mut Vec<u8>, is_last: bool, line: Line, has_upgrade: bool) {
    let option: &[u8] = match (is_last, has_upgrade || line.framing == Framing::Raw) {
        _ if line.framing == Framing::Raw => b"upgrade",
        (true, false) => b"close",
        (true, true) => b"close, upgrade",
        (false, false) if line.is_1_0 => b"keep-alive",
        (false, true) if line.is_1_0 => b"keep-alive, upgrade",
        (false, true) => b"upgrade",
        (false, false) => return,
    };
    out.extend_from_slice(b"connection: ");
    out.extend_from_slice(option);
    out.extend_from_slice(b"\r\n");
}

/// Appends a number.
#[inline]
fn write_decimal(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        // One digit is less than 10.
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// Appends the line before a chunk: its size in bytes, not zero (RFC 9112, section 7.1).
pub fn write_chunk_size(out: &mut Vec<u8>, size: usize) {
    let digits = (usize::BITS - size.leading_zeros()).div_ceil(4).max(1);
    for digit in (0..digits).rev() {
        out.push(b"0123456789abcdef"[(size >> (4 * digit)) & 0xf]);
    }
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use actix_http::{Response, StatusCode};

    use super::*;

    fn head(response: &Response<()>, framing: Framing, is_1_0: bool, is_last: bool) -> (String, bool) {
        let mut out = Vec::new();
        let line = Line { framing, is_1_0, is_last, now: Instant::now() };
        let last = write_head(&mut out, response.head(), line);
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.split("\r\n").filter(|line| !line.starts_with("date: ")).collect();
        (lines.join("|"), last)
    }

    #[test]
    fn heads_are_written() {
        let response = |status: u16, headers: &[(&'static str, &'static str)]| {
            let mut response = Response::with_body(StatusCode::from_u16(status).unwrap(), ());
            for (name, value) in headers {
                response.headers_mut().append(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            response
        };
        let cases = [
            (response(200, &[]), Framing::Length(0), false, false, "HTTP/1.1 200 OK|content-length: 0||", false),
            (
                response(200, &[]),
                Framing::Length(1234567890),
                true,
                false,
                "HTTP/1.0 200 OK|content-length: 1234567890|connection: keep-alive||",
                false,
            ),
            (
                response(520, &[]),
                Framing::Chunked,
                false,
                true,
                "HTTP/1.1 520 |transfer-encoding: chunked|connection: close||",
                true,
            ),
            (
                response(204, &[("content-length", "5")]),
                Framing::None,
                false,
                false,
                "HTTP/1.1 204 No Content||",
                false,
            ),
            (
                response(200, &[("content-length", "5")]),
                Framing::Unsaid,
                false,
                false,
                "HTTP/1.1 200 OK|content-length: 5||",
                false,
            ),
            (
                response(200, &[("connection", "a, Close"), ("transfer-encoding", "x")]),
                Framing::Length(1),
                false,
                false,
                "HTTP/1.1 200 OK|content-length: 1|connection: close||",
                true,
            ),
            (
                response(200, &[("content-encoding", "Identity"), ("content-encoding", "br")]),
                Framing::Chunked,
                false,
                false,
                "HTTP/1.1 200 OK|content-encoding: br|transfer-encoding: chunked||",
                false,
            ),
            (
                response(426, &[("upgrade", "websocket")]),
                Framing::Length(0),
                false,
                true,
                "HTTP/1.1 426 Upgrade Required|upgrade: websocket|content-length: 0|connection: close, upgrade||",
                true,
            ),
            (
                response(101, &[("upgrade", "websocket")]),
                Framing::Raw,
                false,
                false,
                "HTTP/1.1 101 Switching Protocols|upgrade: websocket|connection: upgrade||",
                false,
            ),
            (response(200, &[]), Framing::Close, true, false, "HTTP/1.0 200 OK|connection: close||", true),
        ];
        for (response, framing, is_1_0, is_last, text, last) in cases {
            assert_eq!(head(&response, framing, is_1_0, is_last), (text.to_owned(), last));
        }
        let mut out = Vec::new();
        let with_date = response(200, &[("date", "never")]);
        write_head(
            &mut out,
            with_date.head(),
            Line { framing: Framing::None, is_1_0: false, is_last: false, now: Instant::now() },
        );
        assert_eq!(String::from_utf8(out).unwrap(), "HTTP/1.1 200 OK\r\ndate: never\r\n\r\n");
    }

    #[test]
    fn sizes_are_hexadecimal() {
        for size in [1_usize, 9, 10, 15, 16, 255, 256, 65_535, 65_536, usize::MAX] {
            let mut out = Vec::new();
            write_chunk_size(&mut out, size);
            assert_eq!(String::from_utf8(out).unwrap(), format!("{size:x}\r\n"));
        }
    }
}
