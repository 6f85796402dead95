//! Why a head is refused that httparse does not take, or that takes lines of LF alone: the same head
//! once more, line by line. Nothing here decides that a head is refused.

use actix_http::StatusCode;

use super::head::MOST_HEADERS;
use super::names;
use super::refusal::Refusal;
use super::rules::Rules;
use super::target;
use super::token::{has_control, is_token};

/// The first fault of a head. `lines` are whole lines: the last byte is LF.
#[cold]
pub fn explain(lines: &[u8]) -> Refusal {
    first_fault(lines).err().unwrap_or_else(|| Refusal::bad("the head of the request cannot be read"))
}

fn first_fault(lines: &[u8]) -> Result<(), Refusal> {
    let mut rules: Option<Rules> = None;
    let mut headers = 0;
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let Some(line) = line.strip_suffix(b"\r") else {
            return Err(Refusal::bad("a line of the head ends with LF alone: it has to end with CRLF"));
        };
        if has_control(line) {
            return Err(Refusal::bad("a control character stands in the head"));
        }
        match &mut rules {
            None => rules = Some(request_line(line)?),
            Some(_) if line.is_empty() => return Ok(()),
            Some(rules) => {
                headers += 1;
                if headers > MOST_HEADERS {
                    return Err(too_many_headers());
                }
                header(rules, line)?;
            }
        }
    }
    Ok(())
}

/// 431: more headers than are read (RFC 6585, section 5).
pub fn too_many_headers() -> Refusal {
    Refusal::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, format!("there are more than {MOST_HEADERS} headers"))
}

/// 400: `http::Uri` does not take the target.
pub fn bad_target() -> Refusal {
    Refusal::bad("the target has a character that has to be percent-encoded, or is no URL")
}

fn request_line(line: &[u8]) -> Result<Rules, Refusal> {
    if line.contains(&b'\t') {
        return Err(Refusal::bad("a control character stands in the head"));
    }
    let mut spaces = memchr::memchr_iter(b' ', line);
    let (Some(first), Some(second), None) = (spaces.next(), spaces.next(), spaces.next()) else {
        return Err(Refusal::bad("the request line is no `METHOD TARGET HTTP/1.1`"));
    };
    let (method, target, version) = (&line[..first], &line[first + 1..second], &line[second + 1..]);
    if !is_token(method) {
        return Err(Refusal::bad("the method is no token"));
    }
    if !target.is_ascii() {
        return Err(bad_target());
    }
    let is_1_0 = match version {
        b"HTTP/1.1" => false,
        b"HTTP/1.0" => true,
        _ if is_version(version) => {
            let detail = "this is a server for HTTP/1.1 and HTTP/1.0";
            return Err(Refusal::new(StatusCode::HTTP_VERSION_NOT_SUPPORTED, detail));
        }
        _ => return Err(Refusal::bad("the request line does not end with a version such as `HTTP/1.1`")),
    };
    target::refuse_fragment(target)?;
    Rules::new(method, target, is_1_0)
}

fn header(rules: &mut Rules, line: &[u8]) -> Result<(), Refusal> {
    if matches!(line, [b' ' | b'\t', ..]) {
        return Err(Refusal::bad("a header line begins with white space: a header has to stand on one line"));
    }
    let Some(colon) = memchr::memchr(b':', line) else {
        return Err(Refusal::bad("a header line has no colon"));
    };
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    if !is_token(name) {
        return Err(Refusal::bad("the name of a header is no token; no space may stand before the colon"));
    }
    match names::of(name) {
        Some((_, meaning)) => rules.header(meaning, value),
        None => Ok(()),
    }
}

fn is_version(text: &[u8]) -> bool {
    matches!(text, [b'H', b'T', b'T', b'P', b'/', major, b'.', minor] if major.is_ascii_digit() && minor.is_ascii_digit())
}
