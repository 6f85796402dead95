//! What was taken, read once more in the obvious way: line by line, from the bytes that it took.
//!
//! This says that what is taken is right. Which heads are refused is a matter of unit tests.

use super::{Found, Framing, HEADER_LIMIT, Head, Message, Reading, contains};

/// The most headers of a request.
const MOST_HEADERS: usize = 96;

/// The most digits of a chunk's size, with leading zeros.
const MOST_DIGITS: usize = 32;

/// Compares what was read with the bytes.
pub fn compare(bytes: &[u8], reading: &Reading) {
    let mut found = reading.found.iter().peekable();
    let mut start = 0;
    while let Some(event) = found.next() {
        let Found::Request { head, message, end } = event else {
            assert!(matches!(event, Found::Refused { in_body: false, .. }), "not a head: {event:?}");
            assert!(found.next().is_none());
            return;
        };
        compare_head(&bytes[start..*end], head, message);
        let body = match found.peek() {
            Some(Found::Body(body)) => {
                found.next();
                &body[..]
            }
            _ => &[],
        };
        start = match message.framing {
            Framing::None => {
                assert!(body.is_empty());
                *end
            }
            framing => {
                let closing = found.next_if(|event| !matches!(event, Found::Request { .. } | Found::Body(_)));
                compare_body(framing, &bytes[*end..], body, closing, *end);
                match closing {
                    Some(Found::End { end }) => *end,
                    _ => {
                        assert!(found.next().is_none(), "more than an incomplete body");
                        return;
                    }
                }
            }
        };
    }
    if let Some(rest) = &reading.rest {
        let unread = skip_empty_lines(&bytes[start..]);
        assert_eq!(rest, unread, "bytes are lost, or read twice");
    }
}

/// The empty lines before a request.
fn skip_empty_lines(mut bytes: &[u8]) -> &[u8] {
    while let Some(rest) = bytes.strip_prefix(b"\r\n").or_else(|| bytes.strip_prefix(b"\n")) {
        bytes = rest;
    }
    bytes
}

fn compare_head(all: &[u8], head: &Head, message: &Message) {
    let bytes = skip_empty_lines(all);
    assert!(all.len() - bytes.len() <= HEADER_LIMIT, "too many empty lines");
    let lines = bytes.strip_suffix(b"\r\n\r\n").expect("a head ends with an empty line");
    assert!(bytes.len() <= HEADER_LIMIT && !contains(lines, b"\r\n\r\n"));
    let is_text = |byte: &u8| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f);
    let mut lines = split(lines, b"\r\n");
    assert!(lines.iter().all(|line| line.iter().all(is_text)), "a control character");

    let words: Vec<&[u8]> = lines.remove(0).split(|byte| *byte == b' ').collect();
    let [method, target, version] = words[..] else { panic!("{} words in the request line", words.len()) };
    assert_eq!(method, head.method.as_bytes());
    let [b'H', b'T', b'T', b'P', b'/', b'1', b'.', minor @ b'0'..=b'9'] = version else { panic!("{version:?}") };
    assert_eq!(head.is_1_0, *minor == b'0', "a later version is read as HTTP/1.1 (RFC 9110, section 2.5)");
    assert_eq!(head.is_1_0, message.is_1_0);
    assert_eq!(head.method == "HEAD", message.is_head);

    let mut headers: Vec<(String, Vec<u8>)> = lines.iter().map(|line| header(line)).collect();
    assert!(headers.len() <= MOST_HEADERS);
    let hosts = headers.iter().filter(|header| header.0 == "host").count();
    assert!(hosts == 1 || (hosts == 0 && head.is_1_0), "{hosts} hosts");
    assert_eq!(head.target.to_ascii_lowercase(), normal(target).to_ascii_lowercase());
    if let Some(authority) = authority(target) {
        headers.retain(|header| header.0 != "host");
        headers.push(("host".to_owned(), authority.to_vec()));
    }
    headers.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(headers, head.headers);
    compare_message(&headers, message);
}

fn header(line: &[u8]) -> (String, Vec<u8>) {
    let colon = line.iter().position(|byte| *byte == b':').expect("a header has a colon");
    let name = std::str::from_utf8(&line[..colon]).expect("a name is ASCII");
    assert!(is_token(name.as_bytes()), "{name:?} is no token");
    (name.to_ascii_lowercase(), trim(&line[colon + 1..]).to_vec())
}

/// The target as `Uri` shows it: a URL without a path has the path `/`.
fn normal(target: &[u8]) -> String {
    let text = std::str::from_utf8(target).expect("a target is ASCII");
    assert!(!text.contains('#'));
    match authority(target) {
        None => text.to_owned(),
        Some(authority) => {
            let scheme = text.find("://").unwrap() + 3;
            let (before, path) = text.split_at(scheme + authority.len());
            format!("{before}{}{path}", if path.starts_with('/') { "" } else { "/" })
        }
    }
}

fn authority(target: &[u8]) -> Option<&[u8]> {
    if target.starts_with(b"/") || target == b"*" {
        return None;
    }
    let rest = &target[target.windows(3).position(|window| window == b"://").expect("a URL") + 3..];
    rest.split(|byte| matches!(byte, b'/' | b'?')).next()
}

/// Framing and connection, from the headers (RFC 9112, sections 6.3 and 9.3).
fn compare_message(headers: &[(String, Vec<u8>)], message: &Message) {
    let values = |name: &'static str| headers.iter().filter(move |header| header.0 == name).map(|header| &header.1[..]);
    let options: Vec<Vec<u8>> = values("connection").flat_map(elements).collect();
    let has = |option: &[u8]| options.iter().any(|other| other == option);

    let (lengths, codings) = (values("content-length").count(), values("transfer-encoding").count());
    assert!(lengths + codings <= 1, "two framings");
    let framing = match (values("content-length").next(), values("transfer-encoding").next()) {
        (Some(digits), _) => {
            assert!(!digits.is_empty() && digits.iter().all(u8::is_ascii_digit));
            match std::str::from_utf8(digits).unwrap().parse().unwrap() {
                0 => Framing::None,
                length => Framing::Length(length),
            }
        }
        (None, Some(coding)) => {
            assert!(coding.eq_ignore_ascii_case(b"chunked") && !message.is_1_0);
            Framing::Chunked
        }
        (None, None) => Framing::None,
    };
    assert_eq!(message.framing, framing);
    assert_eq!(message.persists, !has(b"close") && (has(b"keep-alive") || !message.is_1_0));
    let expects = values("expect").flat_map(elements).next().is_some();
    assert_eq!(message.expects, expects && framing != Framing::None && !message.is_1_0);
    let protocols: Vec<Vec<u8>> = values("upgrade").flat_map(elements).collect();
    let has_upgrade = values("upgrade").next().is_some();
    let switches = has(b"upgrade") && has_upgrade && !has(b"close") && !message.is_1_0 && framing == Framing::None;
    let websocket = protocols.iter().any(|protocol| protocol == b"websocket");
    let expected = match (switches, websocket) {
        (false, _) => "No",
        (true, true) => "WebSocket",
        (true, false) => "Other",
    };
    assert_eq!(format!("{:?}", message.upgrade), expected);
}

/// `bytes` is what came behind the head, which ended at `start`.
fn compare_body(framing: Framing, bytes: &[u8], body: &[u8], closing: Option<&Found>, start: usize) {
    let (expected, is_complete, length) = match framing {
        Framing::None => unreachable!(),
        Framing::Length(length) => {
            let there = usize::try_from(length).map_or(bytes.len(), |length| length.min(bytes.len()));
            (bytes[..there].to_vec(), Some(there as u64 == length), there)
        }
        Framing::Chunked => dechunk(bytes),
    };
    assert!(body == expected, "`{}` of `{}`", body.escape_ascii(), expected.escape_ascii());
    match closing {
        Some(Found::End { end }) => assert_eq!((is_complete, *end), (Some(true), start + length)),
        // A fault may be found before its line is complete.
        Some(Found::Refused { status: 400, in_body: true, .. }) => assert_ne!(is_complete, Some(true)),
        Some(other) => panic!("{other:?} ends a body"),
        None => assert_eq!(is_complete, Some(false)),
    }
}

/// The data of a chunked body; whether it is complete, or `None` if it is wrong; and the bytes that it took.
fn dechunk(bytes: &[u8]) -> (Vec<u8>, Option<bool>, usize) {
    let mut data = Vec::new();
    let mut rest = bytes;
    let is_complete = chunks(&mut rest, &mut data);
    (data, is_complete, bytes.len() - rest.len())
}

fn chunks(rest: &mut &[u8], data: &mut Vec<u8>) -> Option<bool> {
    loop {
        let Some(line) = line(rest)? else { return Some(false) };
        let size = match line.iter().position(|byte| *byte == b';') {
            Some(semicolon) => line[..semicolon].trim_ascii_end(),
            None => line,
        };
        if size.len() > MOST_DIGITS || !size.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        let size = u64::from_str_radix(std::str::from_utf8(size).ok()?, 16).ok()?;
        if size == 0 {
            break;
        }
        let there = usize::try_from(size).map_or(rest.len(), |size| size.min(rest.len()));
        data.extend_from_slice(&rest[..there]);
        *rest = &rest[there..];
        match rest {
            [b'\r', b'\n', ..] => *rest = &rest[2..],
            [] | [b'\r'] => return Some(false),
            _ => return None,
        }
    }
    loop {
        let Some(line) = line(rest)? else { return Some(false) };
        if line.is_empty() {
            return Some(true);
        }
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = line[..colon].to_ascii_lowercase();
        if !is_token(&name) || [&b"content-length"[..], b"transfer-encoding", b"host"].contains(&&name[..]) {
            return None;
        }
    }
}

/// The next line, without its CRLF. The outer `None` is a line that is wrong, the inner one is incomplete.
fn line<'a>(rest: &mut &'a [u8]) -> Option<Option<&'a [u8]>> {
    let Some(end) = rest.iter().position(|byte| *byte == b'\n') else { return Some(None) };
    let line = rest[..end].strip_suffix(b"\r")?;
    *rest = &rest[end + 1..];
    line.iter().all(|byte| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f)).then_some(Some(line))
}

fn split<'a>(mut bytes: &'a [u8], at: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    while let Some(end) = bytes.windows(at.len()).position(|window| window == at) {
        parts.push(&bytes[..end]);
        bytes = &bytes[end + at.len()..];
    }
    parts.push(bytes);
    parts
}

/// The elements of a list, in lower case.
fn elements(value: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    value.split(|byte| *byte == b',').map(|element| trim(element).to_ascii_lowercase()).filter(|text| !text.is_empty())
}

fn trim(bytes: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = bytes.iter().position(|byte| !is_space(byte)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|byte| !is_space(byte)).map_or(start, |last| last + 1);
    &bytes[start..end]
}

fn is_token(bytes: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !bytes.is_empty() && bytes.iter().all(is_letter)
}
